namespace BearerTools.Grants.Keys;

/// <summary>Base64 in the alphabet of addresses, without padding (RFC 4648 section 5, RFC 7515 section 2).</summary>
internal static class Base64Url
{
    public static string Encode(byte[]? bytes) => Convert.ToBase64String(bytes ?? []).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Decode(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
    }
}
