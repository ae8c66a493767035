using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Tests.Support;

/// <summary>An authority that signs JWTs, and shows the public half of its key.</summary>
/// <param name="algorithm">The algorithm, including forbidden ones.</param>
/// <param name="ownBits">The length of an RSA key of its own; nothing: the one that all share, because making one takes long.</param>
internal sealed class TestSigner(string algorithm = "RS256", int? ownBits = null) : IDisposable
{
    private static readonly Lazy<RSA> s_shared = new(() => RSA.Create(2048));

    private readonly RSA? _own = ownBits is { } bits ? RSA.Create(bits) : null;
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private RSA Rsa => _own ?? s_shared.Value;

    public string KeyId { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));

    public string Jwks()
    {
        if (algorithm.StartsWith("ES", StringComparison.Ordinal))
        {
            var ec = _ec.ExportParameters(false);
            return $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"{{KeyId}}","use":"sig","x":"{{Base64Url.Encode(ec.Q.X)}}","y":"{{Base64Url.Encode(ec.Q.Y)}}"}]}""";
        }

        var rsa = Rsa.ExportParameters(false);
        return $$"""{"keys":[{"kty":"RSA","kid":"{{KeyId}}","use":"sig","n":"{{Base64Url.Encode(rsa.Modulus)}}","e":"{{Base64Url.Encode(rsa.Exponent)}}"}]}""";
    }

    public string Sign(string claims, string? header = null)
    {
        header ??= $$"""{"alg":"{{algorithm}}","kid":"{{KeyId}}"}""";
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.Encode(Signature(Encoding.ASCII.GetBytes(signed)))}";
    }

    public void Dispose()
    {
        _own?.Dispose();
        _ec.Dispose();
    }

    private byte[] Signature(byte[] data) => algorithm switch
    {
        "none" => [],
        "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Jwks()), data),
        "ES256" => _ec.SignData(data, HashAlgorithmName.SHA256),
        "PS256" => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

    private static string Part(string json) => Base64Url.Encode(Encoding.UTF8.GetBytes(json));
}
