using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Names a secret without telling it: HMAC-SHA256 under a random key of this process. The same secret has the same
/// fingerprint all session long, and nobody can test a guess against it outside this process.
/// </summary>
internal static class Fingerprint
{
    private const int ShownBytes = 6;

    private static readonly byte[] s_processKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Twelve hexadecimal digits, for people.</summary>
    public static string Short(string value) => Convert.ToHexString(Compute(value).AsSpan(0, ShownBytes)).ToLowerInvariant();

    /// <summary>The whole digest, for keys.</summary>
    public static string Full(string value) => Convert.ToHexString(Compute(value));

    private static byte[] Compute(string value) => HMACSHA256.HashData(s_processKey, Encoding.UTF8.GetBytes(value));
}
