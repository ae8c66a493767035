using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Grants.Keys;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>The keys that an authority signs with (RFC 7517), and the signatures that are understood here (RFC 7518 section 3).</summary>
internal sealed class PublicKeys(JsonElement document)
{
    /// <summary>By name: the kind of key each needs. None of them is "none", and none has a secret that both sides know.</summary>
    private static readonly Dictionary<string, string> s_algorithms = new(StringComparer.Ordinal) { [SigningAlgorithm.RS256] = "RSA", [SigningAlgorithm.PS256] = "RSA", [SigningAlgorithm.ES256] = "EC" };

    public static IEnumerable<string> Algorithms => s_algorithms.Keys;

    /// <summary>Whether one of the keys made this signature: the one that is named, or where none is named any.</summary>
    public bool Verify(string algorithm, string? keyId, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array) return false;
        foreach (var key in keys.EnumerateArray())
        {
            if (Fits(key, algorithm, keyId) && Verify(key, algorithm, signed, signature)) return true;
        }

        return false;
    }

    private static bool Fits(JsonElement key, string algorithm, string? keyId) =>
        key.ValueKind == JsonValueKind.Object
        && Text(key, "kty") == s_algorithms[algorithm]
        && Text(key, "use") is null or "sig"
        && (Text(key, "alg") is not { } own || own == algorithm)
        && (keyId is null || Text(key, "kid") == keyId);

    private static bool Verify(JsonElement key, string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (algorithm == SigningAlgorithm.ES256)
            {
                if (Text(key, "crv") != "P-256") return false;
                using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
                return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256);
            }

            using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
            return rsa.KeySize >= ClientKey.ShortestRsaKey
                && rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or PlatformNotSupportedException)
        {
            // A broken key of a set: another one may fit.
            return false;
        }
    }

    private static byte[] Bytes(JsonElement key, string name) =>
        Base64Url.Decode(Text(key, name) ?? throw new FormatException()) is { Length: > 0 } bytes ? bytes : throw new FormatException();

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
