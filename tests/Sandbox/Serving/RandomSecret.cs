using System.Security.Cryptography;

namespace BearerTools.Sandbox.Serving;

/// <summary>Secrets that break every client that does not encode them, and that a leak can be searched by.</summary>
internal static class RandomSecret
{
    private const string NeedsEncoding = "+/=&%\" ";

    public static string Make() => Part() + NeedsEncoding + Part();

    /// <summary>One that is sent unchanged, in a header or as a code.</summary>
    public static string MakeWord() => Part();

    private static string Part() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
}
