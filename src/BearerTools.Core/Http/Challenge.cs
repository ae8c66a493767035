using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// The reason that a response gives for refusing a request (RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9449 section 7.1).
/// </summary>
internal static partial class Challenge
{
    /// <summary>The error code of a claims challenge: the token lacks claims that the challenge names.</summary>
    public const string InsufficientClaims = "insufficient_claims";

    /// <summary>The error code for a token that has expired, was revoked or is invalid for another reason.</summary>
    public const string InvalidToken = "invalid_token";

    /// <summary>The error code for a token that is valid, but lacks a scope.</summary>
    public const string InsufficientScope = "insufficient_scope";

    /// <summary>
    /// True if another token may help. A challenge for tokens decides where it names an error: <c>invalid_token</c> asks for another
    /// token whatever the status; <c>invalid_request</c>, <c>insufficient_scope</c> and errors of the proof (<c>use_dpop_nonce</c>,
    /// <c>invalid_dpop_proof</c>) do not. Otherwise the status decides, because many APIs name another scheme, or none.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="scheme">The scheme that the token was sent with.</param>
    /// <param name="renewOn">Statuses besides 401 that reject a token at this API.</param>
    public static bool AsksForAnotherToken(HttpResponseMessage response, string scheme, IReadOnlyList<int> renewOn)
    {
        if (response.IsSuccessStatusCode) return false;
        var errors = response.Headers.WwwAuthenticate.Where(challenge => IsForTokens(challenge.Scheme, scheme)).Select(Error).ToArray();
        if (errors.Contains(InvalidToken)) return true;
        if (errors.Any(error => error is "invalid_request" or InsufficientScope or DPoPKey.NonceRequired or "invalid_dpop_proof"))
            return false;
        return response.StatusCode == HttpStatusCode.Unauthorized || renewOn.Contains((int)response.StatusCode);
    }

    /// <summary>True if the API wants the same request with its nonce in the proof (RFC 9449 section 9).</summary>
    public static bool WantsNonce(HttpResponseMessage response) => response.Headers.WwwAuthenticate.Any(challenge =>
        string.Equals(challenge.Scheme, DPoPKey.TokenType, StringComparison.OrdinalIgnoreCase)
            && Error(challenge) == DPoPKey.NonceRequired);

    public static string? Error(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Select(Error).FirstOrDefault(error => error is not null);

    /// <summary>The reason in words (RFC 6750 section 3), cleaned; <see langword="null"/> if the response names none.</summary>
    public static string? Description(HttpResponseMessage response)
    {
        var descriptions = response.Headers.WwwAuthenticate.Select(challenge => Value(challenge, "error_description"));
        return descriptions.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) is { } words
            ? ServerText.Sentence(QuotedPair().Replace(words, "$1"))
            : null;
    }

    /// <summary>True if the response says that the token is invalid because it has expired.</summary>
    /// <param name="response">The response.</param>
    /// <param name="words">The message of its body, or <see langword="null"/>.</param>
    public static bool SaysExpired(HttpResponseMessage response, string? words = null) =>
        Error(response) == InvalidToken
        && (Expiry().IsMatch(Description(response) ?? string.Empty) || (words is not null && Expiry().IsMatch(words)));

    /// <summary>The scopes that the challenge asks for (RFC 6750 section 3), cleaned; <see langword="null"/> if it names none.</summary>
    public static string? Scope(HttpResponseMessage response)
    {
        var scopes = response.Headers.WwwAuthenticate.Select(challenge => Value(challenge, "scope"));
        return scopes.FirstOrDefault(scope => !string.IsNullOrWhiteSpace(scope)) is { } named ? ServerText.Clean(named, 300) : null;
    }

    /// <summary>
    /// The schemes that an API asks for if the token's own is not among them; otherwise none. Many APIs challenge with Bearer, whatever
    /// they accept.
    /// </summary>
    /// <param name="asked">The schemes of the challenges.</param>
    /// <param name="scheme">The scheme that the token was sent with.</param>
    public static IReadOnlyList<string> OtherSchemes(IEnumerable<string> asked, string scheme)
    {
        var schemes = asked.Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return schemes.Any(each => IsForTokens(each, scheme)) ? [] : [.. schemes.Select(each => ServerText.Clean(each, 50))];
    }

    /// <summary>The scheme to use of those that an API asks for: one that can be used here, if there is one.</summary>
    public static string Preferred(IReadOnlyList<string> asked) => asked.FirstOrDefault(each => NotSupported(each) is null) ?? asked[0];

    /// <summary>What to do about a scheme that is none for tokens; <see langword="null"/> for others.</summary>
    public static string? NotSupported(string scheme) => scheme.ToUpperInvariant() switch
    {
        "NEGOTIATE" or "NTLM" or "KERBEROS" =>
            "That is Windows authentication, which BearerTools does not have: use Invoke-RestMethod … -UseDefaultCredentials.",
        "DIGEST" => "BearerTools does not have it: use Invoke-RestMethod … -Credential NAME.",
        _ => null,
    };

    /// <summary>What to do if an API asks for another scheme.</summary>
    /// <param name="scheme">The scheme that it asks for.</param>
    public static string AdviceFor(string scheme) => scheme switch
    {
        AuthScheme.Basic =>
            "If the API takes a user name and a password, use Invoke-BearerRequest … -Authentication Basic -Credential NAME. "
            + "If it takes the token in a header of its own, connect with -SendTokenInHeader NAME.",
        _ when NotSupported(scheme) is { } advice => advice,
        DPoPKey.TokenType => "Connect with tokens that are bound to a key: Connect-BearerApi … -DPoP.",
        _ => $"Connect with Connect-BearerApi … -TokenScheme {scheme}, or -SendTokenInHeader NAME if the API takes the token in a header "
            + "of its own.",
    };

    /// <summary>
    /// The claims that the token lacks, as the JSON of a claims request (OpenID Connect Core section 5.5), or <see langword="null"/> if
    /// the response is no claims challenge. The APIs of Entra ID send one when the token predates a change of policy or account
    /// (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
    /// </summary>
    public static string? Claims(HttpResponseMessage response, string scheme)
    {
        var challenge = response.Headers.WwwAuthenticate.FirstOrDefault(challenge =>
            string.Equals(challenge.Scheme, scheme, StringComparison.OrdinalIgnoreCase) && Error(challenge) == InsufficientClaims);
        if (challenge is null || Value(challenge, "claims") is not { Length: > 0 } encoded) return null;
        try
        {
            var claims = Encoding.UTF8.GetString(Base64Url.Decode(encoded));
            return ServerJson.TryParse(claims) is { ValueKind: JsonValueKind.Object } ? claims : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>True for the token's own scheme and for Bearer, which APIs name for tokens of other schemes too.</summary>
    private static bool IsForTokens(string challenged, string scheme) =>
        string.Equals(challenged, scheme, StringComparison.OrdinalIgnoreCase)
        || string.Equals(challenged, AuthScheme.Bearer, StringComparison.OrdinalIgnoreCase);

    private static string? Error(AuthenticationHeaderValue challenge) => Value(challenge, "error");

    private static string? Value(AuthenticationHeaderValue challenge, string name)
    {
        // Splitting at commas would not do: a quoted value may look like another parameter.
        foreach (Match parameter in Parameter().Matches(challenge.Parameter ?? string.Empty))
        {
            if (parameter.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return Unquoted(parameter.Groups["value"].Value);
        }

        return null;
    }

    /// <summary>Without its own quotes only: a text may end with one that it escapes.</summary>
    private static string Unquoted(string value) => value is ['"', .. var content, '"'] ? content : value;

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedPair();

    [GeneratedRegex(@"(?<!not\s+)\bexpired\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Expiry();

    [GeneratedRegex("""(?<![^\s,])(?<name>(?>[^\s,="]+))\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|[^\s,"]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
