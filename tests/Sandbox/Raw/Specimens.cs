using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace BearerTools.Sandbox.Raw;

/// <summary>Texts of servers and files as they should be, by kind: what mutants are made of.</summary>
internal static partial class Specimens
{
    /// <summary>Keys are made at run time, once per process. Of the same kind, so that mutants differ in the key's numbers only.</summary>
    private static readonly Lazy<string[]> s_keys = new(Keys);

    /// <summary>The suffix of kinds that are responses, whose bodies are of the kind before it.</summary>
    public const string Wrapped = "-response";

    public static bool Has(string kind) =>
        kind is "response" or "key" || s_texts.ContainsKey(kind) || (kind.EndsWith(Wrapped, StringComparison.Ordinal) && s_texts.ContainsKey(kind[..^Wrapped.Length]));

    public static IReadOnlyList<string> Of(string kind) => kind switch
    {
        "response" => s_responses,
        "key" => s_keys.Value,
        _ => s_texts[kind],
    };

    private static string[] Keys()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fuzz", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var curve = ec.ExportParameters(includePrivateParameters: true);
        return
        [
            rsa.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem(),
            rsa.ExportRSAPrivateKeyPem(),
            ec.ExportECPrivateKeyPem(),
            ec.ExportPkcs8PrivateKeyPem(),
            rsa.ExportEncryptedPkcs8PrivateKeyPem("x", encryption),
            JsonSerializer.Serialize(new { kty = "EC", crv = "P-256", kid = "1", x = Text(curve.Q.X!), y = Text(curve.Q.Y!), d = Text(curve.D!) }),
            Jwk(rsa.ExportParameters(includePrivateParameters: true)),
            JsonSerializer.Serialize(new { type = "service_account", client_email = "robot@example.com", private_key_id = "1", private_key = rsa.ExportPkcs8PrivateKeyPem(), token_uri = "https://example.com/token" }),
            Encoding.Latin1.GetString(certificate.Export(X509ContentType.Pfx)),
            Convert.ToBase64String(certificate.Export(X509ContentType.Pfx, "x")),
            Encoding.Latin1.GetString(ec.ExportPkcs8PrivateKey()),
        ];
    }

    private static string Jwk(RSAParameters key) => JsonSerializer.Serialize(new
    {
        kty = "RSA", kid = "2", alg = "RS256", n = Text(key.Modulus!), e = Text(key.Exponent!), d = Text(key.D!),
        p = Text(key.P!), q = Text(key.Q!), dp = Text(key.DP!), dq = Text(key.DQ!), qi = Text(key.InverseQ!),
    });

    private static string Text(byte[] number) => Security.Base64Url.Encode(number);
}
