using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Sanitizes server text for display: removes secrets in use, user names and passwords in addresses, and characters that could
/// manipulate the terminal or reorder a line; and shortens it.
/// </summary>
internal static partial class ServerText
{
    /// <summary>
    /// Longest text that is searched: far more than is shown, so that a secret that begins in the shown part is found whole.
    /// </summary>
    private const int LongestSearched = 128 * 1024;

    /// <summary>Longest secret, because no header could carry a longer one.</summary>
    public const int LongestSecret = 16 * 1024;

    /// <param name="text">The server's text.</param>
    /// <param name="maximumLength">Maximum number of characters to show.</param>
    /// <param name="isCut">True if the text was truncated before, possibly in the middle of a secret.</param>
    public static string Clean(string text, int maximumLength = 500, bool isCut = false)
    {
        if (text.Length > LongestSearched)
        {
            text = text[..LongestSearched];
            isCut = true;
        }

        if (text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal))
            text = UserInfo().Replace(text, "…@");
        // Twice: a secret may contain control characters, and control characters may hide a secret.
        var shown = LiveSecrets.Redact(Printable(LiveSecrets.Redact(text))).Trim();
        // A truncated secret is not found by its value, so the end that may contain one is removed.
        if (isCut) shown = shown[..Math.Max(0, shown.Length - LongestSecret)];
        if (shown.Length <= maximumLength) return isCut ? shown + "…" : shown;
        return shown[..(char.IsHighSurrogate(shown[maximumLength - 1]) ? maximumLength - 1 : maximumLength)] + "…";
    }

    /// <summary>
    /// A sentence of a server for a message: also without what looks like a secret that this process does not know, such as the password
    /// that the server rejects.
    /// </summary>
    /// <inheritdoc cref="Clean"/>
    public static string Sentence(string text, int maximumLength = 500, bool isCut = false) =>
        Clean(Redacted(text.Length > LongestSearched ? text[..LongestSearched] : text), maximumLength,
            isCut || text.Length > LongestSearched);

    private static string Redacted(string text) => TextRedaction.Messages.Redact(EncodedSecrets.Redact(text, LiveSecrets.Mark));

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

    /// <summary>Matches up to the last '@' of an authority (RFC 3986 section 3.2.1), because a password may contain '@'.</summary>
    [GeneratedRegex("""(?<=://)[^\s/?#"'<>]*@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
