using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Authority;

/// <summary>The keys that sign JWTs (RFC 7515), made when they are first needed and gone with the process.</summary>
internal sealed class SigningKeys : IDisposable
{
    public const string Ec = "ES256";
    public const string Rsa = "RS256";

    public static readonly string[] Algorithms = [Ec, Rsa];

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<ECDsa> _ec = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly Lazy<RSA> _rsa = new(() => RSA.Create(2048));

    public string Sign(string algorithm, Dictionary<string, object> claims, string type = "at+jwt")
    {
        var header = new Dictionary<string, object> { ["alg"] = algorithm, ["typ"] = type, ["kid"] = algorithm };
        var signed = Encode(header) + "." + Encode(claims);
        var bytes = Encoding.ASCII.GetBytes(signed);
        // Neither kind of key promises to be safe from several threads.
        lock (_ec)
        {
            var signature = algorithm == Rsa
                ? _rsa.Value.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : _ec.Value.SignData(bytes, HashAlgorithmName.SHA256);
            return signed + "." + Encode(signature);
        }
    }

    /// <summary>Whether a JWT was signed here by RS256.</summary>
    public bool IsSigned(string jwt)
    {
        var parts = jwt.Split('.');
        if (parts.Length != 3) return false;
        lock (_ec)
        {
            return _rsa.Value.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), WebEncoders.Base64UrlDecode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>The public halves as JWKs (RFC 7517).</summary>
    public object[] PublicKeys()
    {
        lock (_ec)
        {
            var ec = _ec.Value.ExportParameters(false);
            var rsa = _rsa.Value.ExportParameters(false);
            return
            [
                new { kty = "EC", use = "sig", alg = Ec, kid = Ec, crv = "P-256", x = Encode(ec.Q.X!), y = Encode(ec.Q.Y!) },
                new { kty = "RSA", use = "sig", alg = Rsa, kid = Rsa, n = Encode(rsa.Modulus!), e = Encode(rsa.Exponent!) },
            ];
        }
    }

    public void Dispose()
    {
        if (_ec.IsValueCreated) _ec.Value.Dispose();
        if (_rsa.IsValueCreated) _rsa.Value.Dispose();
    }

    private static string Encode(Dictionary<string, object> part) => Encode(JsonSerializer.SerializeToUtf8Bytes(part, s_json));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
