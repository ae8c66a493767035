using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Signed JWTs (RFC 7515 section 7.1, RFC 7519), each a secret until it has run out.</summary>
internal static class SignedJwt
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names the key by its id and, where it has a certificate, by that (RFC 7515 sections 4.1.4 and 4.1.8).</summary>
    public static Secret Make(ClientKey key, string algorithm, string? keyId, IReadOnlyDictionary<string, object> claims)
    {
        var header = new Dictionary<string, object> { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null) header["kid"] = keyId;
        if (key.Certificate is { } certificate) header["x5t#S256"] = Base64Url.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256));
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return new Secret($"{signed}.{Base64Url.Encode(key.Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}");
    }

    /// <summary>A new <c>jti</c>: no assertion is like another.</summary>
    public static string NewId() => Base64Url.Encode(RandomNumberGenerator.GetBytes(16));

    private static string Encode(IReadOnlyDictionary<string, object> part) => Base64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(part, s_json));
}
