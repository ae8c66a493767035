using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Grants.Keys;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>An authority's signing keys (RFC 7517), for the supported signature algorithms (RFC 7518 section 3).</summary>
internal sealed class PublicKeys(JsonElement document)
{
    /// <summary>
    /// The supported algorithms with their key types. "none" and symmetric algorithms are excluded on purpose.
    /// </summary>
    private static readonly Dictionary<string, string> s_algorithms = new(StringComparer.Ordinal)
    {
        [SigningAlgorithm.RS256] = "RSA",
        [SigningAlgorithm.PS256] = "RSA",
        [SigningAlgorithm.ES256] = "EC",
    };

    public static IEnumerable<string> Algorithms => s_algorithms.Keys;

    /// <summary>True if signatures of the algorithm can be verified; false for <see langword="null"/>.</summary>
    public static bool Supports([NotNullWhen(true)] string? algorithm) => algorithm is not null && s_algorithms.ContainsKey(algorithm);

    /// <summary>
    /// Returns true if the signature was made by the key with the given id or, without an id, by any of the keys.
    /// </summary>
    public bool Verify(string algorithm, string? keyId, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (document.ValueKind != JsonValueKind.Object
            || !document.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Array)
            return false;
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
                using var ec = ECDsa.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
                });
                return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256);
            }

            using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
            return rsa.KeySize >= ClientKey.ShortestRsaKey
                && rsa.VerifyData(
                    signed, signature, HashAlgorithmName.SHA256,
                    algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or PlatformNotSupportedException)
        {
            // One key of the set is invalid; another one may match.
            return false;
        }
    }

    private static byte[] Bytes(JsonElement key, string name) =>
        Base64Url.Decode(Text(key, name) ?? throw new FormatException()) is { Length: > 0 } bytes ? bytes : throw new FormatException();

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
