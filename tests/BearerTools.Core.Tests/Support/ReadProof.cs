using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BearerTools.Tests.Support;

/// <summary>A DPoP proof as a server reads it (RFC 9449 section 4.3), by nothing of what made it.</summary>
internal sealed record ReadProof(JsonElement Header, JsonElement Claims, bool IsSignedByItsKey)
{
    public static ReadProof Of(string proof)
    {
        var parts = proof.Split('.');
        var header = JsonDocument.Parse(Decode(parts[0])).RootElement;
        var jwk = header.GetProperty("jwk");
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decode(jwk.GetProperty("x").GetString()!), Y = Decode(jwk.GetProperty("y").GetString()!) },
        });
        var isSigned = key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256);
        return new ReadProof(header, JsonDocument.Parse(Decode(parts[1])).RootElement, isSigned);
    }

    public string? this[string claim] => Claims.TryGetProperty(claim, out var value) ? value.ToString() : null;

    public string Thumbprint
    {
        get
        {
            var jwk = Header.GetProperty("jwk");
            string Member(string name) => jwk.GetProperty(name).GetString()!;
            var canonical = $"{{\"crv\":\"{Member("crv")}\",\"kty\":\"{Member("kty")}\",\"x\":\"{Member("x")}\",\"y\":\"{Member("y")}\"}}";
            return Hash(canonical);
        }
    }

    public static string Hash(string text) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(text))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Decode(string part)
    {
        var text = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
