using BearerTools.Security;
using BearerTools.Tokens;
using Front = BearerTools.Grants.OAuthConstants.Authorization;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>What a token is asked to be good for, whatever the grant: scopes, resources, and what providers invent.</summary>
internal sealed record GrantScope
{
    /// <summary>Parameters that are the grant's or the client's own affair.</summary>
    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal)
    {
        Words.GrantType, Words.ClientId, Words.ClientSecret, Words.ClientAssertion, Words.ClientAssertionType, Words.Scope, Words.Resource,
        Words.DeviceCode,
        Front.ResponseType, Front.ResponseMode, Front.RedirectUri, Front.State, Front.Nonce, Front.CodeChallenge, Front.CodeChallengeMethod,
        Front.CodeVerifier, Front.Code, Front.Prompt, Front.LoginHint, Front.Request, Front.RequestUri,
        Words.RefreshToken, Words.Assertion, Words.SubjectToken, Words.SubjectTokenType, Words.ActorToken, Words.ActorTokenType, Words.RequestedTokenType,
        Words.UserName, Words.Password,
    };

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The APIs it is for (RFC 8707); may be several.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Anything else, as the authority wants it; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AdditionalParameters { get; init; } = [];

    /// <exception cref="BearerTokenException">A resource is no absolute address, or a parameter has another place.</exception>
    public void Check()
    {
        foreach (var resource in Resources)
        {
            if (!Uri.TryCreate(resource, UriKind.Absolute, out _) || resource.Contains('#', StringComparison.Ordinal))
                throw Wrong("InvalidResource", $"The resource '{ServerText.Clean(resource)}' is not an absolute address without a fragment (RFC 8707 section 2).",
                    "Give it as the API's documentation has it, such as https://api.example.com. What is no address goes into an additional parameter, often 'audience'.");
        }

        foreach (var (name, _) in AdditionalParameters)
        {
            if (s_reserved.Contains(name))
                throw Wrong("ReservedParameter", $"The additional parameter '{name}' has a place of its own.", $"Give it there: {name} is not sent twice.");
        }
    }

    public void AddTo(TokenKey.Builder key)
    {
        key.AddSet("scope", Scopes).AddSet("resource", Resources);

        foreach (var (name, value) in AdditionalParameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            key.Add("parameter", name);
            if (SecretNames.Include(name)) key.AddDigest("value", value);
            else key.Add("value", value);
        }
    }

    public IEnumerable<KeyValuePair<string, string>> ToParameters()
    {
        if (Scopes.Count > 0) yield return new(Words.Scope, string.Join(' ', Scopes));
        foreach (var resource in Resources) yield return new(Words.Resource, resource);
        foreach (var parameter in AdditionalParameters) yield return parameter;
    }

    private static BearerTokenException Wrong(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
