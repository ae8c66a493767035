using System.Globalization;
using System.Text;

namespace BearerTools.Tokens;

/// <summary>
/// Makes words of a server fit to print: without living secrets, without characters that steer a terminal or
/// reorder a line, and short.
/// </summary>
internal static class ServerText
{
    /// <summary>Far more than is ever shown, so that a secret which begins in the shown part is whole when it is searched for.</summary>
    private const int LongestSearched = 64 * 1024;

    public static string Clean(string text, int maximumLength = 500)
    {
        if (text.Length > LongestSearched) text = text[..LongestSearched];

        // Twice: a secret may hold control characters itself, and control characters may hide a secret.
        var shown = LiveSecrets.Redact(Printable(LiveSecrets.Redact(text))).Trim();
        if (shown.Length <= maximumLength) return shown;
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
}
