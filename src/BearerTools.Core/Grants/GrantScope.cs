using BearerTools.Security;
using BearerTools.Tokens;
using AuthorizationParameter = BearerTools.Grants.OAuthConstants.Authorization;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>The access that a token is requested for: scopes, resources and provider-specific parameters.</summary>
internal sealed record GrantScope
{
    /// <summary>Parameters that the grant or the client sets itself.</summary>
    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal)
    {
        Parameter.GrantType, Parameter.ClientId, Parameter.ClientSecret, Parameter.ClientAssertion, Parameter.ClientAssertionType,
        Parameter.Scope, Parameter.Resource, Parameter.DeviceCode,
        AuthorizationParameter.ResponseType, AuthorizationParameter.ResponseMode, AuthorizationParameter.RedirectUri,
        AuthorizationParameter.State, AuthorizationParameter.Nonce, AuthorizationParameter.CodeChallenge,
        AuthorizationParameter.CodeChallengeMethod,
        AuthorizationParameter.CodeVerifier, AuthorizationParameter.Code, AuthorizationParameter.Prompt, AuthorizationParameter.LoginHint,
        AuthorizationParameter.Request, AuthorizationParameter.RequestUri,
        Parameter.RefreshToken, Parameter.Assertion, Parameter.SubjectToken, Parameter.SubjectTokenType, Parameter.ActorToken,
        Parameter.ActorTokenType, Parameter.RequestedTokenType,
        Parameter.UserName, Parameter.Password,
    };

    /// <summary>What only the client sets itself, for a provider's own grant, which may use any other parameter.</summary>
    private static readonly HashSet<string> s_ofClient = new(StringComparer.Ordinal)
    {
        Parameter.GrantType, Parameter.ClientId, Parameter.ClientSecret, Parameter.ClientAssertion, Parameter.ClientAssertionType,
        Parameter.Scope, Parameter.Resource,
    };

    /// <summary>True for a provider's own grant.</summary>
    public bool IsOwnGrant { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The APIs that the token is for (RFC 8707).</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Other parameters that the authority expects; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AdditionalParameters { get; init; } = [];

    /// <summary>Those among them whose values are secrets, whatever their names.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> SecretParameters { get; init; } = [];

    /// <exception cref="BearerTokenException">A resource is not an absolute URI, or a parameter is set elsewhere.</exception>
    public void Check()
    {
        foreach (var resource in Resources)
        {
            if (!AddressParser.TryParse(resource, out _) || resource.Contains('#', StringComparison.Ordinal))
                throw Wrong("InvalidResource", $"The resource '{ServerText.Clean(resource)}' is not an absolute URI without a fragment "
                    + "(RFC 8707 section 2).",
                    "Use the value in the API's documentation, such as https://api.example.com. For a name that is not a URI, use an "
                        + "additional parameter, often 'audience'.");
        }

        foreach (var name in AdditionalParameters.Select(parameter => parameter.Key).Concat(SecretParameters.Select(secret => secret.Key)))
        {
            if ((IsOwnGrant ? s_ofClient : s_reserved).Contains(name))
                throw Wrong("ReservedParameter", $"The additional parameter '{name}' is reserved.",
                    $"Use the cmdlet parameter that sets {name}.");
        }
    }

    /// <summary>A secret among the parameters may determine whose token it is, such as the API key of a user.</summary>
    public void AddTo(TokenKey.Builder key)
    {
        key.AddSet("scope", Scopes).AddSet("resource", Resources);

        foreach (var (name, value) in AdditionalParameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            key.Add("parameter", name);
            if (SecretNames.Include(name)) key.AddIdentifyingSecret("value", new Secret(value));
            else key.Add("value", value);
        }

        foreach (var (name, value) in SecretParameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            key.Add("parameter", name);
            key.AddIdentifyingSecret("value", value);
        }
    }

    public IEnumerable<KeyValuePair<string, string>> ToParameters()
    {
        if (Scopes.Count > 0) yield return new(Parameter.Scope, string.Join(' ', Scopes));
        foreach (var resource in Resources) yield return new(Parameter.Resource, resource);
        foreach (var parameter in AdditionalParameters) yield return parameter;
        foreach (var (name, secret) in SecretParameters) yield return new(name, secret.Reveal());
    }

    private static BearerTokenException Wrong(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
