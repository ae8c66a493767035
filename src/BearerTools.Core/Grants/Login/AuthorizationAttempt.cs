using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using Responses = BearerTools.Grants.OAuthConstants.ApiResponse;
using Words = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Grants.Login;

/// <summary>
/// One login in a browser: what was made for it alone and never serves another, and whose answer is waited for
/// (RFC 6749 section 4.1, RFC 7636, RFC 9207).
/// </summary>
internal sealed class AuthorizationAttempt : ILoginAttempt
{
    private const int RandomBytes = 32;

    private readonly AuthorityMetadata? _metadata;
    private readonly string _authority;
    private readonly string _state = NewRandom();

    /// <param name="metadata">The authority that is asked, and no other from here on; nothing where its endpoints were given by hand.</param>
    /// <param name="authority">Its name for people.</param>
    /// <param name="redirectUri">Where the answer is waited for.</param>
    /// <param name="isOpenId">Whether an ID token is asked for, which carries a nonce.</param>
    public AuthorizationAttempt(AuthorityMetadata? metadata, string authority, string redirectUri, bool isOpenId)
    {
        _metadata = metadata;
        _authority = ServerText.Clean(authority);
        RedirectUri = redirectUri;
        Nonce = isOpenId ? NewRandom() : null;
    }

    public string RedirectUri { get; }

    public string? Nonce { get; }

    /// <summary>What proves to the token endpoint that the code's receiver is who asked for it (RFC 7636 section 4.1).</summary>
    public Secret Verifier { get; } = new(NewRandom());

    public IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new(Words.ResponseType, Words.Code);
        yield return new(Words.RedirectUri, RedirectUri);
        yield return new(Words.State, _state);
        if (Nonce is not null) yield return new(Words.Nonce, Nonce);
        yield return new(Words.CodeChallenge, Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier.Reveal()))));
        yield return new(Words.CodeChallengeMethod, Words.Sha256Challenge);
    }

    /// <summary>The code that a redirect brings; nothing when the redirect is not this attempt's.</summary>
    /// <exception cref="BearerTokenException">It is this attempt's, but an error, or not from the authority that was asked.</exception>
    public Secret? Read(AuthorizationResponse response, string query)
    {
        if (response[Words.State] is not { } state || response.Repeated(Words.State) is not null || !IsEqual(state, _state)) return null;
        CheckIssuer(response);
        if (response.Repeated(Words.Code, Words.Issuer, Responses.Error) is { } repeated)
            throw Malformed($"has '{repeated}' more than once", "That is not allowed (RFC 6749 section 3.1): nothing of it is used.");
        if (response[Responses.Error] is { } error)
            throw OAuthErrors.Refused($"The authority {_authority} refused the login", error, response[Responses.ErrorDescription], response[Responses.ErrorUri]);
        return response[Words.Code] is { Length: > 0 } code ? new Secret(code) : throw Malformed("has neither a code nor an error", "Ask who runs the authority.");
    }

    /// <summary>Ordinal, also of errors: an answer of another authority could carry its code to the wrong one (RFC 9207 section 2.4).</summary>
    private void CheckIssuer(AuthorizationResponse response)
    {
        if (_metadata is null) return;
        var issuer = response[Words.Issuer];
        if (issuer is null && !_metadata.AuthorizationResponseIss) return;
        if (string.Equals(issuer, _metadata.Issuer, StringComparison.Ordinal)) return;
        throw new BearerTokenException(issuer is null
            ? $"The answer to the login does not say who it is from, though {_authority} announces that its answers do (iss, RFC 9207)."
            : $"The answer to the login is from '{ServerText.Clean(issuer)}', but '{_authority}' was asked.")
        {
            ErrorId = "IssuerMismatch",
            Kind = BearerErrorKind.Security,
            NextStep = "Nothing of it was used. Log in again; if it stays so, the answer comes from somebody else, or the authority is set up wrongly.",
        };
    }

    private static BearerTokenException Malformed(string what, string nextStep) => new($"The answer to the login {what}.")
    {
        ErrorId = "LoginResponseInvalid",
        Kind = BearerErrorKind.InvalidData,
        NextStep = nextStep,
    };

    private static bool IsEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string NewRandom() => Base64Url.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
}
