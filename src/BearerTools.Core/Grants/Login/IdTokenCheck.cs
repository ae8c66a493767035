using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>
/// Validates an ID token: issued by the expected authority, for this client and this sign-in (OpenID Connect Core section
/// 3.1.3.7).
/// </summary>
internal sealed record IdTokenCheck
{
    /// <summary>The accepted clock difference.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    private static readonly string[] s_starts = ["nbf", "iat"];

    public required string Issuer { get; init; }
    public required string ClientId { get; init; }

    /// <summary>The nonce sent with the request, or <see langword="null"/> if none was sent.</summary>
    public string? Nonce { get; init; }

    /// <summary>The signing algorithms in the authority's metadata, or <see langword="null"/> if it lists none.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    /// <summary>The access token received with the ID token.</summary>
    public Secret? AccessToken { get; init; }

    /// <returns>The claims of the ID token.</returns>
    /// <exception cref="BearerTokenException">The ID token is not valid.</exception>
    public IReadOnlyDictionary<string, object?> Check(Secret idToken, PublicKeys keys, DateTimeOffset now)
    {
        var token = idToken.Reveal();
        if (Jwt.TryRead(token) is not { } jwt) throw Invalid("is not a signed JWT");
        CheckSignature(token, jwt, keys);
        var claims = jwt.Claims;
        if (Jwt.Text(claims, "iss") is not { } issuer || !string.Equals(issuer, Issuer, StringComparison.Ordinal))
            throw Invalid($"has another issuer (iss) than {ServerText.Clean(Issuer)}");
        CheckAudience(claims);
        if (Jwt.Text(claims, "sub") is not { Length: > 0 }) throw Invalid("does not identify the user (sub)");
        foreach (var start in s_starts)
        {
            if (claims.ContainsKey(start) && Jwt.Time(claims, start) is null) throw Invalid($"has an invalid time ({start})");
            if (Jwt.Time(claims, start) > now + s_skew)
                throw Invalid(
                    $"is not valid yet ({start}); the time here is {now.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}",
                    "Check this machine's clock.");
        }

        CheckAccessToken(claims);
        if (Jwt.Time(claims, "exp") is not { } end) throw Invalid("has no expiry time (exp)");
        if (now - s_skew >= end)
            throw Invalid($"expired at {TimeText.Of(end)} (exp); the time here is {TimeText.Of(now)}", "Check this machine's clock.");
        if (Nonce is not null && !string.Equals(Jwt.Text(claims, "nonce"), Nonce, StringComparison.Ordinal))
            throw Invalid("is not for this sign-in (nonce)");
        return claims;
    }

    /// <summary>Returns true if one of the keys signed the token; validates nothing else.</summary>
    /// <exception cref="BearerTokenException">The token is not a signed JWT.</exception>
    public static bool IsSigned(Secret idToken, PublicKeys keys)
    {
        var token = idToken.Reveal();
        return Jwt.TryRead(token) is { } jwt && PublicKeys.Supports(Jwt.Text(jwt.Header, "alg")) && IsSigned(token, jwt, keys);
    }

    private static bool IsSigned(string token, Jwt jwt, PublicKeys keys)
    {
        var dot = token.LastIndexOf('.');
        return keys.Verify(
            Jwt.Text(jwt.Header, "alg")!, Jwt.Text(jwt.Header, "kid"), Encoding.ASCII.GetBytes(token[..dot]),
            Signature(token[(dot + 1)..]));
    }

    private void CheckSignature(string token, Jwt jwt, PublicKeys keys)
    {
        var algorithm = Jwt.Text(jwt.Header, "alg") ?? "nothing";
        if (!PublicKeys.Supports(algorithm) || Algorithms?.Contains(algorithm, StringComparer.Ordinal) == false)
            throw Invalid($"is signed with {ServerText.Clean(algorithm, 60)} (alg), which is not expected");
        // A critical extension must be understood (RFC 7515 section 4.1.11); none is supported.
        if (jwt.Header.ContainsKey("crit")) throw Invalid("requires an unsupported extension (crit)");
        if (!IsSigned(token, jwt, keys)) throw Invalid("is not signed by a key of the authority");
    }

    private static byte[] Signature(string text)
    {
        try
        {
            return Base64Url.Decode(text);
        }
        catch (FormatException)
        {
            throw Invalid("is not a signed JWT");
        }
    }

    private void CheckAudience(IReadOnlyDictionary<string, object?> claims)
    {
        var audience = claims.GetValueOrDefault("aud") switch
        {
            string one => [one],
            object?[] several => several.OfType<string>().ToArray(),
            _ => [],
        };
        if (!audience.Contains(ClientId, StringComparer.Ordinal)) throw Invalid("is for another client (aud)");
        var party = claims.GetValueOrDefault("azp");
        if ((party is null && audience.Length > 1)
            || (party is not null && !string.Equals(party as string, ClientId, StringComparison.Ordinal)))
            throw Invalid("was issued to another client (azp)");
    }

    /// <summary>Validates at_hash (OpenID Connect Core section 3.1.3.6). All supported algorithms use SHA-256.</summary>
    private void CheckAccessToken(IReadOnlyDictionary<string, object?> claims)
    {
        if (AccessToken is null || !claims.TryGetValue("at_hash", out var stated)) return;
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(AccessToken.Reveal()));
        if (!string.Equals(stated as string, Base64Url.Encode(hash.AsSpan(0, hash.Length / 2)), StringComparison.Ordinal))
            throw Invalid("belongs to another access token (at_hash)");
    }

    private static BearerTokenException Invalid(string what, string? nextStep = null) => new($"The ID token of the sign-in {what}.")
    {
        ErrorId = "InvalidIdToken",
        Kind = BearerErrorKind.Security,
        NextStep = nextStep ?? "The sign-in was rejected. Sign in again; if the error persists, report it to the authority's operator.",
    };
}
