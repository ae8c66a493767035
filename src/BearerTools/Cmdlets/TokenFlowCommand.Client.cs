using System.Collections;
using System.Management.Automation;
using System.Security;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>An OAuth client, its authority and what it asks for: what all OAuth flows share, in no parameter set.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>The authority's issuer, exactly as it writes it; its metadata tells the endpoints.</summary>
    [Parameter]
    [Alias("Issuer")]
    [ValidateNotNullOrEmpty]
    public string? Authority { get; set; }

    /// <summary>The token endpoint, for authorities without metadata.</summary>
    [Parameter]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's id.</summary>
    [Parameter]
    [Alias("AppId", "ApplicationId")]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>The client's secret.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>How the client proves who it is; by default what the authority supports.</summary>
    [Parameter]
    [ValidateSet(OAuthWords.ClientAuthenticationMethod.SecretBasic, OAuthWords.ClientAuthenticationMethod.SecretPost)]
    public string? ClientAuthenticationMethod { get; set; }

    /// <summary>What the token is to be good for.</summary>
    [Parameter]
    [Alias("Scopes")]
    public string[] Scope { get; set; } = [];

    /// <summary>The APIs it is for (RFC 8707), absolute addresses.</summary>
    [Parameter]
    public string[] Resource { get; set; } = [];

    /// <summary>Parameters of the token request that this provider wants besides, such as audience.</summary>
    [Parameter]
    public IDictionary? AdditionalParameter { get; set; }

    /// <summary>The first of these parameters that stands on the command line, or nothing.</summary>
    private string? GivenClientParameter => new[]
    {
        nameof(ClientId), nameof(Authority), nameof(TokenEndpoint), nameof(ClientSecret), nameof(ClientAuthenticationMethod),
        nameof(Scope), nameof(Resource), nameof(AdditionalParameter),
    }.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey);

    private OAuthClientOptions Client()
    {
        if (ClientId is null) throw Conflict("No client is named.", "Give its id with -ClientId.");
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
