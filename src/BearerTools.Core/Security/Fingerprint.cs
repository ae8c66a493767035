using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Identifies a secret without revealing it: HMAC-SHA256 under a random key of this process. The same secret has the same fingerprint
/// until the process ends, and guesses cannot be tested outside of it.
/// </summary>
internal static class Fingerprint
{
    private const int ShownBytes = 6;

    private static readonly byte[] s_processKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Twelve hexadecimal digits, for display.</summary>
    public static string Short(string value) => Convert.ToHexString(Compute(value).AsSpan(0, ShownBytes)).ToLowerInvariant();

    /// <summary>The complete digest, for keys.</summary>
    public static string Full(string value) => Convert.ToHexString(Compute(value));

    private static byte[] Compute(string value) => HMACSHA256.HashData(s_processKey, Encoding.UTF8.GetBytes(value));
}
