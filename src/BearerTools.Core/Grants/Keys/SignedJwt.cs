using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Creates signed JWTs (RFC 7515 section 7.1, RFC 7519). Each is a secret until it expires.</summary>
internal static class SignedJwt
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Creates a JWT. Its header identifies the key by its id and, if there is one, by its certificate (RFC 7515 sections
    /// 4.1.4 and 4.1.8).
    /// </summary>
    public static Secret Make(ClientKey key, string algorithm, string? keyId, IReadOnlyDictionary<string, object> claims)
    {
        var header = new Dictionary<string, object> { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null) header["kid"] = keyId;
        if (key.Certificate is { } certificate) header["x5t#S256"] = Base64Url.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256));
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return new Secret($"{signed}.{Base64Url.Encode(key.Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}");
    }

    /// <summary>Returns a new unique <c>jti</c>.</summary>
    public static string NewId() => Base64Url.Encode(RandomNumberGenerator.GetBytes(16));

    private static string Encode(IReadOnlyDictionary<string, object> part) =>
        Base64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(part, s_json));
}
