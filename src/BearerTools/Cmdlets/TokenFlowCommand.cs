using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.References;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// The parameters of all token flows, for every cmdlet that takes them. A flow is one part of this class in a file of its own,
/// with a name in <see cref="Flow"/> and one line in the table below.
/// </summary>
public abstract partial class TokenFlowCommand : AsyncCmdlet
{
    private static readonly Dictionary<string, Func<TokenFlowCommand, ITokenSource>> s_flows = new(StringComparer.Ordinal)
    {
        [Flow.ClientCredentials] = command => command.ClientCredentials(),
        [Flow.Interactive] = command => command.InteractiveLogin(),
        [Flow.DeviceCode] = command => command.DeviceCodeLogin(),
        [Flow.Password] = command => command.PasswordLogin(),
        [Flow.RefreshToken] = command => command.ByRefreshToken(),
        [Flow.RefreshTokenFrom] = command => command.ByRefreshTokenFrom(),
        [Flow.TokenExchange] = command => command.TokenExchange(),
        [Flow.TokenExchangeFrom] = command => command.TokenExchangeFrom(),
        [Flow.Assertion] = command => command.JwtBearer(),
        [Flow.AssertionFrom] = command => command.JwtBearerFrom(),
        [Flow.Subject] = command => command.JwtBearerOf(),
        [Flow.ServiceAccount] = command => command.ServiceAccount(),
        [Flow.GitHubApp] = command => command.GitHubApp(),
        [Flow.JsonLogin] = command => command.JsonLogin(),
        [Flow.GivenToken] = command => command.GivenToken(),
        [Flow.GivenTokenFrom] = command => command.GivenTokenFrom(),
        [Flow.EntraClientCredentials] = command => command.EntraClientCredentials(),
        [Flow.EntraClientAssertion] = command => command.EntraClientCredentials(),
        [Flow.EntraInteractive] = command => command.EntraInteractive(),
        [Flow.EntraDeviceCode] = command => command.EntraDeviceCode(),
        [Flow.Account] = command => command.KnownAccount(),
        [Flow.OnBehalfOf] = command => command.ForUser(),
        [Flow.ManagedIdentity] = command => command.MachineIdentity(),
        [Flow.DefaultChain] = command => command.DefaultChainSource(),
    };

    /// <summary>The switches that select a flow.</summary>
    private static readonly string[] s_switches =
        [nameof(Interactive), nameof(DeviceCode), nameof(LegacyPassword), nameof(ManagedIdentity), nameof(DefaultChain)];

    private readonly List<SecretReference> _slowReferences = [];
    private readonly List<WatchedReference> _watched = [];

    /// <summary>
    /// True if the command line describes a token flow. The default set counts only if one of its own parameters is given.
    /// </summary>
    private protected bool NamesFlow =>
        s_flows.ContainsKey(ParameterSetName) && (ParameterSetName != Flow.ClientCredentials || GivenClientParameter is not null);

    /// <summary>Creates the token source that the command line describes.</summary>
    /// <exception cref="BearerTokenException">A parameter is missing, invalid, or cannot be combined with another one.</exception>
    private protected ITokenSource Source()
    {
        if (s_switches.FirstOrDefault(IsTurnedOff) is { } name)
            throw Conflict($"-{name}:$false selects no token flow.", $"Omit -{name}, and pass the parameters of another flow.");
        _slowReferences.Clear();
        _watched.Clear();
        var source = s_flows[ParameterSetName](this);
        return _slowReferences.Count == 0 ? source : new ReferencingSource(source, [.. _slowReferences]);
    }

    /// <summary>Resolves a reference to a secret.</summary>
    private SecretReference Reference(string text) => Noted(PSLocation.Reference(this, text));

    /// <summary>Resolves a reference to a token, which says who the user is.</summary>
    private SecretReference UserReference(string text) => Noted(PSLocation.Reference(this, text), namesUser: true);

    /// <summary>Resolves the location of a key: text without a prefix is a file path.</summary>
    private SecretReference KeyReference(string text) => Noted(PSLocation.PathOrReference(this, text));

    private SecretReference Noted(SecretReference reference, bool namesUser = false)
    {
        _watched.Add(new WatchedReference(reference, namesUser));
        if (reference.IsSlow) _slowReferences.Add(reference);
        return reference;
    }

    /// <summary>
    /// Refuses values here and not when they are bound: Connect-BearerApi has to begin to leave nothing connected. Every command that takes
    /// these parameters calls it first, because what was refused is still bound (<see cref="RefusedValue"/>).
    /// </summary>
    /// <exception cref="BearerTokenException">A parameter has no value, or one that it cannot take.</exception>
    private protected void CheckValues()
    {
        foreach (var (name, value) in MyInvocation.BoundParameters)
        {
            if (RefusedValue.Reason(value) is { } why)
            {
                throw new InvalidParameterException(name, $"-{name} is not valid. {why}")
                {
                    ErrorId = "ParameterInvalid",
                    Kind = BearerErrorKind.InvalidArgument,
                };
            }

            // Its empty text means that the token is sent alone; an empty secret has an error of its own.
            if (HasValue(value) || (name == nameof(TokenScheme) && value is string)) continue;
            throw new BearerTokenException($"-{name} has no value: it is $null or empty.")
            {
                ErrorId = "ParameterEmpty",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = $"Check that the variable or command behind -{name} gives a value, or omit -{name}.",
            };
        }
    }

    private static bool HasValue(object? value) => PSValue.Unwrap(value) switch
    {
        null => false,
        string text => !string.IsNullOrWhiteSpace(text),
        Uri address => address.OriginalString.Length > 0,
        Array list => list.Cast<object?>().All(HasValue),
        _ => true,
    };

    private bool IsTurnedOff(string name) =>
        MyInvocation.BoundParameters.TryGetValue(name, out var value) && value is SwitchParameter { IsPresent: false };

    /// <summary>The error for two parameters of one flow that exclude each other.</summary>
    private static BearerTokenException CannotCombine(string name, string other, string nextStep = "Use only one of them.") =>
        Conflict($"-{name} cannot be combined with -{other}.", nextStep);

    private static BearerTokenException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
