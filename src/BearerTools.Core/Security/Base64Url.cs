namespace BearerTools.Security;

/// <summary>Base64 with the URL-safe alphabet, without padding (RFC 4648 section 5, RFC 7515 section 2).</summary>
internal static class Base64Url
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Decodes the URL-safe or the standard alphabet, with padding or without.</summary>
    /// <exception cref="FormatException">The text is not base64.</exception>
    public static byte[] Decode(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
    }
}
