using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// The parameters of all ways to a token, once for every cmdlet that takes them. A way is one part of this class in a
/// file of its own, with a parameter set, and one line in the table below.
/// </summary>
public abstract partial class TokenFlowCommand : AsyncCmdlet
{
    private static readonly Dictionary<string, Func<TokenFlowCommand, ITokenSource>> s_flows = new(StringComparer.Ordinal)
    {
        [ClientCredentialsSet] = command => command.ClientCredentials(),
        [JsonLoginSet] = command => command.JsonLogin(),
        [GivenTokenSet] = command => command.GivenToken(),
        [GivenTokenFromSet] = command => command.GivenTokenFrom(),
    };

    /// <summary>Where a secret is, instead of the secret: env:NAME or file:PATH. The client's secret, or a login's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretFrom { get; set; }

    /// <summary>What relative addresses are joined to, and the first origin that the token may go to.</summary>
    [Parameter]
    [RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>More origins that the token may go to, such as https://files.contoso.com.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri[] AllowedOrigin { get; set; } = [];

    /// <summary>Whether the command line names a way to a token.</summary>
    private protected bool NamesFlow => s_flows.ContainsKey(ParameterSetName);

    /// <summary>The connection that the command line describes; its token is not asked for yet.</summary>
    /// <exception cref="BearerTokenException">Something is missing or cannot be used.</exception>
    private protected Connection Connect()
    {
        var baseUri = BaseUri is null ? null : RequestAddress.Base(BaseUri);
        var tokens = BearerSession.Cache.Entry(s_flows[ParameterSetName](this));
        if (baseUri is not null) tokens.Origins.Allow(Origin.Of(baseUri));
        foreach (var origin in AllowedOrigin) tokens.Origins.Allow(Origin.Of(RequestAddress.Base(origin)));
        return new Connection(tokens, baseUri);
    }

    private SecretReference? SecretReferenceOrNothing => SecretFrom is null ? null : PSLocation.Reference(this, SecretFrom);

    private static BearerTokenException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
