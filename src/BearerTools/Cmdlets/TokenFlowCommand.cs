using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// The parameters of all ways to a token, once for every cmdlet that takes them. A way is one part of this class in a
/// file of its own, with a parameter set, and one line in the table below.
/// </summary>
public abstract partial class TokenFlowCommand : AsyncCmdlet
{
    private static readonly Dictionary<string, Flow> s_flows = new(StringComparer.Ordinal)
    {
        [ClientCredentialsSet] = new(command => command.ClientCredentials(), Takes.Client, command => command.EntraClientCredentials()),
        [InteractiveSet] = new(command => command.InteractiveLogin(), Takes.Client, command => command.EntraInteractive()),
        [DeviceCodeSet] = new(command => command.DeviceCodeLogin(), Takes.Client, command => command.EntraDeviceCode()),
        [JsonLoginSet] = new(command => command.JsonLogin(), Takes.Secret),
        [GivenTokenSet] = new(command => command.GivenToken(), Takes.Nothing),
        [GivenTokenFromSet] = new(command => command.GivenTokenFrom(), Takes.Nothing),
        [RefreshTokenSet] = new(command => command.ByRefreshToken(), Takes.Client),
        [RefreshTokenFromSet] = new(command => command.ByRefreshTokenFrom(), Takes.Client),
        [TokenExchangeSet] = new(command => command.TokenExchange(), Takes.Client),
        [TokenExchangeFromSet] = new(command => command.TokenExchangeFrom(), Takes.Client),
        [AssertionSet] = new(command => command.JwtBearer(), Takes.Client),
        [AssertionFromSet] = new(command => command.JwtBearerFrom(), Takes.Client),
        [SubjectSet] = new(command => command.JwtBearerOf(), Takes.Client),
        [ServiceAccountSet] = new(command => command.ServiceAccount(), Takes.Client),
        [GitHubAppSet] = new(command => command.GitHubApp(), Takes.Client),
        [PasswordSet] = new(command => command.Password(), Takes.Client),
        [OnBehalfOfSet] = Flow.OfEntra(command => command.ForUser()),
        [AccountSet] = Flow.OfEntra(command => command.KnownAccount()),
        [ManagedIdentitySet] = Flow.OfEntra(command => command.MachineIdentity()),
        [DefaultChainSet] = Flow.OfEntra(command => command.DefaultChainSource()),
    };

    /// <summary>Where a secret is, instead of the secret: env:NAME or file:PATH. The client's secret, or a login's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretFrom { get; set; }

    /// <summary>Whether the command line names a way to a token. The default one is named by its client.</summary>
    private protected bool NamesFlow => ParameterSetName != ClientCredentialsSet || GivenClientParameter is not null;

    private protected ITokenSource Source()
    {
        var flow = s_flows[ParameterSetName];
        var stray = flow.Takes < Takes.Client ? GivenClientParameter : null;
        if (flow.Takes < Takes.Secret && SecretFrom is not null) stray = nameof(SecretFrom);
        if (stray is not null) throw Stray(stray);
        if (!NamesEntra) return flow.Source(this);
        if (flow.Entra is null) throw Conflict("This way to a token does not lead through Entra ID.", "Leave out -TenantId and -ClientAssertion, and name the authority with -Authority.");
        return flow.Entra(this);
    }

    /// <summary>For ways that take some of the client's parameters only.</summary>
    private void Refuse(params string[] names)
    {
        if (names.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } stray) throw Stray(stray);
    }

    private static BearerTokenException Stray(string name) =>
        Conflict($"-{name} has no meaning in this way to a token.", "Leave it out, or see Get-Help Get-BearerToken for what goes together.");

    private SecretReference? SecretReferenceOrNothing => SecretFrom is null ? null : PSLocation.Reference(this, SecretFrom);

    private static BearerTokenException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };

    /// <summary>Which of the parameters that stand in no set belong to a way.</summary>
    private enum Takes
    {
        Nothing,
        Secret,
        Client,
    }

    /// <summary>One way to a token: how it is made of the parameters, and which it takes beside those of its set.</summary>
    /// <param name="Source">Makes it.</param>
    /// <param name="Takes">Which of the shared parameters have a meaning.</param>
    /// <param name="Entra">Makes the same through Entra ID; nothing where that does not have it.</param>
    private sealed record Flow(Func<TokenFlowCommand, ITokenSource> Source, Takes Takes, Func<TokenFlowCommand, ITokenSource>? Entra = null)
    {
        /// <summary>A way that Entra ID alone has.</summary>
        public static Flow OfEntra(Func<TokenFlowCommand, ITokenSource> source) => new(source, Takes.Client, source);
    }
}
