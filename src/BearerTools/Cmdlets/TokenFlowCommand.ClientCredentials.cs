using System.Collections;
using System.Management.Automation;
using System.Security;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Client credentials (RFC 6749 section 4.4).</summary>
public abstract partial class TokenFlowCommand
{
    private const string ClientCredentialsSet = "ClientCredentials";

    /// <summary>The authority's issuer, exactly as it writes it; its metadata tells the endpoints.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet)]
    [Alias("Issuer")]
    [ValidateNotNullOrEmpty]
    public string? Authority { get; set; }

    /// <summary>The token endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet)]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's id.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet, Mandatory = true)]
    [Alias("AppId", "ApplicationId")]
    [ValidateNotNullOrEmpty]
    public string ClientId { get; set; } = string.Empty;

    /// <summary>The client's secret.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>How the client proves who it is; by default what the authority supports.</summary>
    [Parameter]
    [ValidateSet(OAuthWords.ClientAuthenticationMethod.SecretBasic, OAuthWords.ClientAuthenticationMethod.SecretPost)]
    public string? ClientAuthenticationMethod { get; set; }

    /// <summary>What the token is to be good for.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet)]
    [Alias("Scopes")]
    public string[] Scope { get; set; } = [];

    /// <summary>The APIs it is for (RFC 8707), absolute addresses.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet)]
    public string[] Resource { get; set; } = [];

    /// <summary>Parameters of the token request that this provider wants besides, such as audience.</summary>
    [Parameter(ParameterSetName = ClientCredentialsSet)]
    public IDictionary? AdditionalParameter { get; set; }

    private ClientCredentialsSource ClientCredentials() => new(BearerSession.Backchannel, BearerSession.Discovery, Client(), Wanted());

    private OAuthClientOptions Client()
    {
        if (ClientSecret is not null && SecretFrom is not null) throw Conflict("-ClientSecret and -SecretFrom both name the secret.", "Give one of them.");
        if (Authority is not null && TokenEndpoint is not null) throw Conflict("-Authority and -TokenEndpoint both say where to ask.", "Give -Authority, or -TokenEndpoint where there is no metadata.");
        return new OAuthClientOptions
        {
            Authority = Authority,
            TokenEndpoint = TokenEndpoint,
            ClientId = ClientId,
            Secret = ClientSecret is null ? SecretReferenceOrNothing : SecretReference.To(Secret.From(ClientSecret)),
            AuthenticationMethod = ClientAuthenticationMethod,
        };
    }

    private GrantScope Wanted() => new()
    {
        // One text with blanks is how scopes are mostly written down.
        Scopes = [.. Scope.SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        Resources = Resource,
        AdditionalParameters = AdditionalParameter is null ? [] : [.. BodyMaker.Pairs(AdditionalParameter)],
    };
}
