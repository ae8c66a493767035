using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Makes words of a server fit to print: without living secrets, without user names and passwords in addresses, without
/// characters that steer a terminal or reorder a line, and short.
/// </summary>
internal static partial class ServerText
{
    /// <summary>Far more than is ever shown, so that a secret which begins in the shown part is whole when it is searched for.</summary>
    private const int LongestSearched = 128 * 1024;

    /// <summary>No header could carry a longer one.</summary>
    public const int LongestSecret = 16 * 1024;

    /// <param name="text">What the server said.</param>
    /// <param name="maximumLength">How many characters of it are wanted.</param>
    /// <param name="isCut">Whether more of it was left out; the cut may have gone through a secret.</param>
    public static string Clean(string text, int maximumLength = 500, bool isCut = false)
    {
        if (text.Length > LongestSearched)
        {
            text = text[..LongestSearched];
            isCut = true;
        }

        if (text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal)) text = UserInfo().Replace(text, "…@");
        // Twice: a secret may hold control characters itself, and control characters may hide a secret.
        var shown = LiveSecrets.Redact(Printable(LiveSecrets.Redact(text))).Trim();
        // Half a secret is not found by its value: it is somewhere in the end.
        if (isCut) shown = shown[..Math.Max(0, shown.Length - LongestSecret)];
        if (shown.Length <= maximumLength) return isCut ? shown + "…" : shown;
        return shown[..(char.IsHighSurrogate(shown[maximumLength - 1]) ? maximumLength - 1 : maximumLength)] + "…";
    }

    private static string Printable(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) kept.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)) kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    /// <summary>Up to the last '@' of an authority (RFC 3986 section 3.2.1): a password may hold '@' itself.</summary>
    [GeneratedRegex("""(?<=://)[^\s/?#"'<>]*@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
