using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>Whether an ID token is of the authority that was asked, for this client and this login (OpenID Connect Core section 3.1.3.7).</summary>
internal sealed record IdTokenCheck
{
    /// <summary>Clocks differ by minutes.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    private static readonly string[] s_starts = ["nbf", "iat"];

    public required string Issuer { get; init; }
    public required string ClientId { get; init; }

    /// <summary>What was sent with the login; nothing when nothing was.</summary>
    public string? Nonce { get; init; }

    /// <summary>What the authority says it signs with; nothing when it does not say.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    /// <summary>The access token that came with it.</summary>
    public Secret? AccessToken { get; init; }

    /// <returns>Its claims.</returns>
    /// <exception cref="BearerTokenException">It is not.</exception>
    public IReadOnlyDictionary<string, object?> Check(Secret idToken, PublicKeys keys, DateTimeOffset now)
    {
        var token = idToken.Reveal();
        if (Jwt.TryRead(token) is not { } jwt) throw Invalid("is no signed JWT");
        CheckSignature(token, jwt, keys);
        var claims = jwt.Claims;
        if (Jwt.Text(claims, "iss") is not { } issuer || !string.Equals(issuer, Issuer, StringComparison.Ordinal))
            throw Invalid($"is of another issuer (iss) than {ServerText.Clean(Issuer)}");
        CheckAudience(claims);
        if (Jwt.Text(claims, "sub") is not { Length: > 0 }) throw Invalid("does not say who logged in (sub)");
        foreach (var start in s_starts)
        {
            if (claims.ContainsKey(start) && Jwt.Time(claims, start) is null) throw Invalid($"has a time that cannot be read ({start})");
            if (Jwt.Time(claims, start) > now + s_skew) throw Invalid($"begins in the future ({start}), and it is {now.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} here", "Check this machine's clock.");
        }

        CheckAccessToken(claims);
        if (Jwt.Time(claims, "exp") is not { } end) throw Invalid("has no end (exp)");
        if (now - s_skew >= end) throw Invalid($"ended at {TimeText.Of(end)} (exp), and it is {TimeText.Of(now)} here", "Check this machine's clock.");
        if (Nonce is not null && !string.Equals(Jwt.Text(claims, "nonce"), Nonce, StringComparison.Ordinal))
            throw Invalid("is not for this login (nonce)");
        return claims;
    }

    /// <summary>Whether one of these keys signed it; nothing else is checked.</summary>
    /// <exception cref="BearerTokenException">It is no signed JWT.</exception>
    public static bool IsSigned(Secret idToken, PublicKeys keys)
    {
        var token = idToken.Reveal();
        return Jwt.TryRead(token) is { } jwt && PublicKeys.Algorithms.Contains(Jwt.Text(jwt.Header, "alg")) && IsSigned(token, jwt, keys);
    }

    private static bool IsSigned(string token, Jwt jwt, PublicKeys keys)
    {
        var dot = token.LastIndexOf('.');
        return keys.Verify(Jwt.Text(jwt.Header, "alg")!, Jwt.Text(jwt.Header, "kid"), Encoding.ASCII.GetBytes(token[..dot]), Signature(token[(dot + 1)..]));
    }

    private void CheckSignature(string token, Jwt jwt, PublicKeys keys)
    {
        var algorithm = Jwt.Text(jwt.Header, "alg") ?? "nothing";
        if (!PublicKeys.Algorithms.Contains(algorithm) || Algorithms?.Contains(algorithm, StringComparer.Ordinal) == false)
            throw Invalid($"is signed by {ServerText.Clean(algorithm, 60)} (alg), which is not expected");
        // An extension that has to be understood (RFC 7515 section 4.1.11); none is understood here.
        if (jwt.Header.ContainsKey("crit")) throw Invalid("has an extension that is not known here (crit)");
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
            throw Invalid("is no signed JWT");
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
        if ((party is null && audience.Length > 1) || (party is not null && !string.Equals(party as string, ClientId, StringComparison.Ordinal)))
            throw Invalid("was issued to another client (azp)");
    }

    /// <summary>OpenID Connect Core section 3.1.3.6. All signatures that are understood here are made over SHA-256.</summary>
    private void CheckAccessToken(IReadOnlyDictionary<string, object?> claims)
    {
        if (AccessToken is null || !claims.TryGetValue("at_hash", out var stated)) return;
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(AccessToken.Reveal()));
        if (!string.Equals(stated as string, Base64Url.Encode(hash.AsSpan(0, hash.Length / 2)), StringComparison.Ordinal)) throw Invalid("came with another access token (at_hash)");
    }

    private static BearerTokenException Invalid(string what, string? nextStep = null) => new($"The ID token that came with the login {what}.")
    {
        ErrorId = "InvalidIdToken",
        Kind = BearerErrorKind.Security,
        NextStep = nextStep ?? "The login is not used. Log in again; if it stays so, ask who runs the authority.",
    };
}
