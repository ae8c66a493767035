using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BearerTools.Sandbox.Authority;

/// <summary>
/// The key that the client is registered with: it signs for the client (RFC 7523), for its service account and for its
/// app. Made when it is first needed.
/// </summary>
internal sealed class RegisteredKey(TimeProvider clock) : IDisposable
{
    public const string Id = "of-the-client";

    private static readonly TimeSpan s_longestLife = TimeSpan.FromHours(1);

    private readonly Lazy<RSA> _key = new(() => RSA.Create(2048));
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    public string PrivatePem
    {
        get
        {
            lock (_key) return _key.Value.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <summary>Checks an assertion.</summary>
    /// <param name="jwt">It, in compact form.</param>
    /// <param name="audiences">Whom it may be for, one of them.</param>
    /// <param name="claims">What it says, when nothing is wrong.</param>
    /// <returns>What is wrong with it, or nothing.</returns>
    public string? Problem(string jwt, IEnumerable<string> audiences, out JsonElement claims)
    {
        claims = default;
        var parts = jwt.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } header || Read(parts[1]) is not { } content) return "It is no JWT.";
        if (!IsSigned(Text(header, "alg"), parts)) return "It is not signed with the registered key.";
        if (!content.TryGetProperty("aud", out var aud) || aud.ValueKind != JsonValueKind.String) return "Its audience is not a single string.";
        if (!audiences.Contains(aud.GetString(), StringComparer.Ordinal)) return $"It is for '{aud}'.";
        if (!content.TryGetProperty("exp", out var exp) || !exp.TryGetInt64(out var end)) return "It does not end.";
        var now = clock.GetUtcNow();
        if (end <= now.ToUnixTimeSeconds()) return "It has run out.";
        if (end > (now + s_longestLife).ToUnixTimeSeconds()) return "It lives too long.";
        if (Text(content, "jti") is not { Length: > 0 } jti || !_seen.TryAdd(jti, true)) return "Its jti is missing or was used before.";
        claims = content;
        return null;
    }

    /// <summary>A JWT as GitHub wants it from an app: no audience, ten minutes at most.</summary>
    public bool IsOfApp(string jwt, string app)
    {
        var parts = jwt.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } header || Read(parts[1]) is not { } claims) return false;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return Text(header, "alg") == "RS256" && IsSigned("RS256", parts) && Text(claims, "iss") == app
            && claims.TryGetProperty("exp", out var exp) && exp.GetInt64() is var end && end > now && end <= now + 600
            && claims.TryGetProperty("iat", out var iat) && iat.GetInt64() <= now;
    }

    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A part of a JWT, or nothing.</summary>
    public static JsonElement? Read(string part)
    {
        try
        {
            var json = JsonDocument.Parse(Decode(part)).RootElement;
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_key.IsValueCreated) _key.Value.Dispose();
    }

    private bool IsSigned(string? algorithm, string[] parts)
    {
        if (algorithm is not ("RS256" or "PS256")) return false;
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        try
        {
            // The key does not promise to be safe from several threads.
            lock (_key) return _key.Value.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, padding);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static byte[] Decode(string part)
    {
        var padded = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
    }
}
