using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>The reason that a 401 response gives (RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9449 section 7.1).</summary>
internal static partial class Challenge
{
    /// <summary>The error code of a claims challenge: the token lacks claims that the challenge names.</summary>
    public const string InsufficientClaims = "insufficient_claims";

    /// <summary>
    /// True if another token may help: the response offers the token's own scheme, or no challenge at all, and does not say that the
    /// request is malformed (<c>invalid_request</c>), that the token lacks a scope (<c>insufficient_scope</c>) or that only the proof
    /// is rejected (<c>use_dpop_nonce</c>, <c>invalid_dpop_proof</c>).
    /// </summary>
    public static bool AsksForAnotherToken(HttpResponseMessage response, string scheme)
    {
        var challenges = response.Headers.WwwAuthenticate;
        if (challenges.Count == 0) return true;
        var ours = challenges.Where(challenge => string.Equals(challenge.Scheme, scheme, StringComparison.OrdinalIgnoreCase)).ToArray();
        return ours.Length > 0
            && !ours.Any(challenge =>
                Error(challenge) is "invalid_request" or "insufficient_scope" or DPoPKey.NonceRequired or "invalid_dpop_proof");
    }

    /// <summary>True if the API wants the same request with its nonce in the proof (RFC 9449 section 9).</summary>
    public static bool WantsNonce(HttpResponseMessage response) => response.Headers.WwwAuthenticate.Any(challenge =>
        string.Equals(challenge.Scheme, DPoPKey.TokenType, StringComparison.OrdinalIgnoreCase)
            && Error(challenge) == DPoPKey.NonceRequired);

    public static string? Error(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Select(Error).FirstOrDefault(error => error is not null);

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

    private static string? Error(AuthenticationHeaderValue challenge) => Value(challenge, "error");

    private static string? Value(AuthenticationHeaderValue challenge, string name)
    {
        // Splitting at commas would not do: a quoted value may look like another parameter.
        foreach (Match parameter in Parameter().Matches(challenge.Parameter ?? string.Empty))
        {
            if (parameter.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return parameter.Groups["value"].Value.Trim('"');
        }

        return null;
    }

    [GeneratedRegex("""(?<![^\s,])(?<name>(?>[^\s,="]+))\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|[^\s,"]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
