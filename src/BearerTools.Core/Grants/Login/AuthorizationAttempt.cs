using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using ResponseMember = BearerTools.Grants.OAuthConstants.Response;
using AuthorizationParameter = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Grants.Login;

/// <summary>
/// One browser sign-in: holds its single-use values and reads its response (RFC 6749 section 4.1, RFC 7636, RFC 9207).
/// </summary>
internal sealed class AuthorizationAttempt : ILoginAttempt
{
    private const int RandomBytes = 32;

    private readonly AuthorityMetadata? _metadata;
    private readonly string _authority;
    private readonly string _state = NewRandom();

    /// <param name="metadata">The authority's metadata, fixed for this sign-in; <see langword="null"/> if the user supplied the
    /// endpoints.</param>
    /// <param name="authority">The authority's display name.</param>
    /// <param name="redirectUri">The redirect URI that receives the response.</param>
    /// <param name="isOpenId">True if an ID token is requested, which adds a nonce.</param>
    public AuthorizationAttempt(AuthorityMetadata? metadata, string authority, string redirectUri, bool isOpenId)
    {
        _metadata = metadata;
        _authority = ServerText.Clean(authority);
        RedirectUri = redirectUri;
        Nonce = isOpenId ? NewRandom() : null;
    }

    public string RedirectUri { get; }

    public string? Nonce { get; }

    /// <summary>
    /// The PKCE code verifier, which proves that the code's receiver made the request (RFC 7636 section 4.1).
    /// </summary>
    public Secret Verifier { get; } = new(NewRandom());

    public IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new(AuthorizationParameter.ResponseType, AuthorizationParameter.Code);
        yield return new(AuthorizationParameter.RedirectUri, RedirectUri);
        yield return new(AuthorizationParameter.State, _state);
        if (Nonce is not null) yield return new(AuthorizationParameter.Nonce, Nonce);
        yield return new(AuthorizationParameter.CodeChallenge,
            Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier.Reveal()))));
        yield return new(AuthorizationParameter.CodeChallengeMethod, AuthorizationParameter.Sha256Challenge);
    }

    /// <summary>Returns the code in a redirect; <see langword="null"/> if the redirect belongs to another attempt.</summary>
    /// <exception cref="BearerTokenException">The redirect belongs to this attempt, but contains an error or comes from another
    /// authority.</exception>
    public Secret? Read(AuthorizationResponse response, string query)
    {
        if (response[AuthorizationParameter.State] is not { } state
            || response.Repeated(AuthorizationParameter.State) is not null
            || !IsEqual(state, _state)) return null;
        CheckIssuer(response);
        if (response.Repeated(AuthorizationParameter.Code, AuthorizationParameter.Issuer, ResponseMember.Error) is { } repeated)
            throw Malformed($"contains '{repeated}' more than once",
                "RFC 6749 section 3.1 does not allow that, so the response was not used.");
        if (response[ResponseMember.Error] is { } error)
            throw OAuthErrors.Refused($"The authority {_authority} refused the sign-in", error, response[ResponseMember.ErrorDescription],
                response[ResponseMember.ErrorUri]);
        return response[AuthorizationParameter.Code] is { Length: > 0 } code
            ? new Secret(code)
            : throw Malformed("contains neither a code nor an error", "Report this to the authority's operator.");
    }

    /// <summary>
    /// Compares ordinally, also for errors: a response of another authority could send its code to the wrong one (RFC 9207
    /// section 2.4).
    /// </summary>
    private void CheckIssuer(AuthorizationResponse response)
    {
        if (_metadata is null) return;
        var issuer = response[AuthorizationParameter.Issuer];
        if (issuer is null && !_metadata.AuthorizationResponseIss) return;
        if (string.Equals(issuer, _metadata.Issuer, StringComparison.Ordinal)) return;
        throw new BearerTokenException(issuer is null
            ? $"The sign-in response does not state its issuer, although {_authority} declares that it always does (iss, RFC 9207)."
            : $"The sign-in response is from '{ServerText.Clean(issuer)}' instead of '{_authority}'.")
        {
            ErrorId = "IssuerMismatch",
            Kind = BearerErrorKind.Security,
            NextStep = "The response was not used. Sign in again; if the error persists, the response may be forged, or the authority is "
                + "misconfigured.",
        };
    }

    private static BearerTokenException Malformed(string what, string nextStep) => new($"The sign-in response {what}.")
    {
        ErrorId = "LoginResponseInvalid",
        Kind = BearerErrorKind.InvalidData,
        NextStep = nextStep,
    };

    private static bool IsEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string NewRandom() => Base64Url.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
}
