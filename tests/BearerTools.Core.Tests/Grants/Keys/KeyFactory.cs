using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Tests.Grants.Keys;

/// <summary>Keys of every kind and form, made on the spot.</summary>
internal static class KeyFactory
{
    private static readonly PbeParameters s_encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    /// <summary>The forms that a key is handed around in, by names for tests.</summary>
    public static byte[] Write(string form, AsymmetricAlgorithm key, string password) => form switch
    {
        "PKCS#8" => Text(key.ExportPkcs8PrivateKeyPem()),
        "PKCS#8, encrypted" => Text(key.ExportEncryptedPkcs8PrivateKeyPem(password, s_encryption)),
        "PKCS#8, bare" => key.ExportPkcs8PrivateKey(),
        "PKCS#8, bare and encrypted" => key.ExportEncryptedPkcs8PrivateKey(password, s_encryption),
        "PKCS#1" => Text(((RSA)key).ExportRSAPrivateKeyPem()),
        "SEC1" => Text(((ECDsa)key).ExportECPrivateKeyPem()),
        "JWK" => Text(Jwk(key)),
        "JWK set" => Text($$"""{"keys":[{"kty":"oct","k":"AA"},{{Jwk(key)}}]}"""),
        "PFX" => Pfx(key, null),
        "PFX, encrypted" => Pfx(key, password),
        "PFX in base64" => Text(Convert.ToBase64String(Pfx(key, password))),
        "certificate and key" => Text(Certificate(key).ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()),
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    public static bool Verifies(AsymmetricAlgorithm key, string algorithm, byte[] content, byte[] signature) => key switch
    {
        RSA rsa => rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
        ECDsa ec => ec.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => false,
    };

    /// <summary>The parts of a JWT, once its signature has been found good.</summary>
    public static (JsonElement Header, JsonElement Claims) Open(string jwt, AsymmetricAlgorithm key)
    {
        var parts = jwt.Split('.');
        var header = JsonDocument.Parse(Base64Url.Decode(parts[0])).RootElement;
        Assert.True(Verifies(key, header.GetProperty("alg").GetString()!, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.Decode(parts[2])));
        return (header, JsonDocument.Parse(Base64Url.Decode(parts[1])).RootElement);
    }

    public static X509Certificate2 Certificate(AsymmetricAlgorithm key, string name = "BearerTools client")
    {
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static string Jwk(AsymmetricAlgorithm key, string? more = null)
    {
        if (key is RSA rsa)
        {
            var p = rsa.ExportParameters(true);
            return $$"""{"kty":"RSA","n":"{{E(p.Modulus)}}","e":"{{E(p.Exponent)}}","d":"{{E(p.D)}}","p":"{{E(p.P)}}","q":"{{E(p.Q)}}","dp":"{{E(p.DP)}}","dq":"{{E(p.DQ)}}","qi":"{{E(p.InverseQ)}}"{{more}}}""";
        }

        var ec = ((ECDsa)key).ExportParameters(true);
        return $$"""{"kty":"EC","crv":"P-256","x":"{{E(ec.Q.X)}}","y":"{{E(ec.Q.Y)}}","d":"{{E(ec.D)}}"{{more}}}""";
    }

    private static byte[] Pfx(AsymmetricAlgorithm key, string? password)
    {
        using var certificate = Certificate(key);
        return certificate.Export(X509ContentType.Pfx, password);
    }

    private static string E(byte[]? bytes) => Base64Url.Encode(bytes);
}
