using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BearerTools.Sandbox.Authority;

/// <summary>
/// Checks proofs of keys as servers must (RFC 9449 section 4.3), each used once, with a nonce that this sandbox gave: one for
/// its token endpoint and another for its API.
/// </summary>
internal sealed class DPoPProofs(TimeProvider clock)
{
    public const string Scheme = "DPoP ";
    public const string Header = "DPoP";

    private const string Invalid = "invalid_dpop_proof";

    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    public string AuthorityNonce { get; } = NewNonce();

    public string ApiNonce { get; } = NewNonce();

    /// <summary>What is wrong with a request's proof, as an error code, or nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nonce">What the proof has to carry.</param>
    /// <param name="token">The token that came along, if one did.</param>
    /// <param name="thumbprint">Of the key that was proved (RFC 7638).</param>
    public string? Problem(HttpRequest request, string nonce, string? token, out string? thumbprint)
    {
        thumbprint = null;
        request.HttpContext.Response.Headers["DPoP-Nonce"] = nonce;
        if (request.Headers[Header] is not [{ } proof] || proof.Split('.') is not [var header, var claims, var signature]) return Invalid;
        try
        {
            var head = Read(header);
            thumbprint = CheckKey(head, $"{header}.{claims}", Decode(signature));
            return thumbprint is null ? Invalid : Check(Read(claims), request, nonce, token);
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or CryptographicException or InvalidOperationException)
        {
            return Invalid;
        }
    }

    private static string? CheckKey(JsonElement header, string signed, byte[] signature)
    {
        var jwk = header.GetProperty("jwk");
        string Member(string name) => jwk.GetProperty(name).GetString()!;
        if (header.GetProperty("typ").GetString() != "dpop+jwt" || header.GetProperty("alg").GetString() != SigningKeys.Ec || jwk.TryGetProperty("d", out _)) return null;
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decode(Member("x")), Y = Decode(Member("y")) },
        });
        if (!key.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256)) return null;
        return Hash($$"""{"crv":"P-256","kty":"EC","x":"{{Member("x")}}","y":"{{Member("y")}}"}""");
    }

    private string? Check(JsonElement claims, HttpRequest request, string nonce, string? token)
    {
        string? Text(string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
        var address = $"{request.Scheme}://{request.Host}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}";
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("iat").GetInt64());
        var isSound = Text("htm") == request.Method && Text("htu") == address && age.Duration() < s_lifetime
            && (token is null || Text("ath") == Hash(token));
        if (!isSound || Text("jti") is not { Length: > 0 } id || !_used.TryAdd(id, true)) return Invalid;
        return Text("nonce") == nonce ? null : "use_dpop_nonce";
    }

    private static JsonElement Read(string part) => JsonDocument.Parse(Decode(part)).RootElement;

    private static string Hash(string text) => Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string NewNonce() => Encode(RandomNumberGenerator.GetBytes(12));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Decode(string part)
    {
        var text = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
