using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace BearerTools.Running.Files;

/// <summary>
/// Reads the file name of a Content-Disposition header (RFC 6266 section 4.3, RFC 8187). The runtime's own parser throws
/// <see cref="NotSupportedException"/> or <see cref="NullReferenceException"/> for some headers.
/// </summary>
internal static partial class DispositionName
{
    /// <returns>A safe name, preferably of <c>filename*</c>; <see langword="null"/> if the header has none.</returns>
    public static string? Of(HttpContent content)
    {
        if (!content.Headers.NonValidated.TryGetValues("Content-Disposition", out var values)) return null;
        string? plain = null;
        foreach (Match parameter in Parameter().Matches(values.ToString()))
        {
            var name = parameter.Groups["name"].ValueSpan;
            var value = Unquoted(parameter.Groups["value"].Value);
            if (name.Equals("filename*", StringComparison.OrdinalIgnoreCase)
                && Extended(value) is { } extended
                && SafeFileName.From(extended) is { } first)
                return first;
            if (plain is null && name.Equals("filename", StringComparison.OrdinalIgnoreCase))
                plain = SafeFileName.From(EncodedWord(value) ?? Decoded(value));
        }

        return plain;
    }

    private static string Unquoted(string value) => value is ['"', .., '"'] ? Escape().Replace(value[1..^1], "$1") : value.Trim();

    /// <summary>Decodes <c>charset'language'text</c> (RFC 8187 section 3.2).</summary>
    private static string? Extended(string value)
    {
        if (value.Split('\'', 3) is not [var charset, _, var text] || Known(charset) is not { } encoding) return null;
        // A plus sign would become a space.
        var bytes = Encoding.Latin1.GetBytes(text.Replace("+", "%2B", StringComparison.Ordinal));
        var decoded = WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length);
        // Not what its charset says: the plain name is better than one with replaced characters.
        return encoding is UTF8Encoding && !Utf8.IsValid(decoded) ? null : encoding.GetString(decoded);
    }

    /// <summary>Decodes the two encodings of mail (RFC 2047 section 4), which some servers send although RFC 6266 forbids it.</summary>
    private static string? EncodedWord(string value)
    {
        if (Word().Match(value) is not { Success: true } word || Known(word.Groups["charset"].Value) is not { } encoding) return null;
        if (word.Groups["kind"].ValueSpan is "q" or "Q") return encoding.GetString(QuotedBytes(word.Groups["text"].Value));
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(word.Groups["text"].Value, bytes, out var length) ? encoding.GetString(bytes, 0, length) : null;
    }

    private static byte[] QuotedBytes(string text) =>
        Encoding.Latin1.GetBytes(Quoted().Replace(
            text.Replace('_', ' '), match => ((char)Convert.FromHexString(match.Groups["hex"].ValueSpan)[0]).ToString()));

    /// <summary>The two encodings that RFC 5987 requires; others are hardly used, and some are dangerous.</summary>
    private static Encoding? Known(string charset) => charset.ToUpperInvariant() switch
    {
        "UTF-8" => Encoding.UTF8,
        "ISO-8859-1" => Encoding.Latin1,
        _ => null,
    };

    /// <summary>Many servers send UTF-8, which the runtime decodes as ISO 8859-1.</summary>
    private static string Decoded(string text)
    {
        if (Ascii.IsValid(text) || text.AsSpan().ContainsAnyExceptInRange('\0', '\xff')) return text;
        var bytes = Encoding.Latin1.GetBytes(text);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : text;
    }

    // Atomic groups consume each parameter whole: a quoted value may look like another one.
    [GeneratedRegex("""(?:^|;)\s*(?<name>(?>[^\s;="]+))\s*=\s*(?<value>"(?>[^"\\]|\\.)*"|[^;"]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    [GeneratedRegex("=(?<hex>[0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^=\?(?<charset>[^?]+)\?(?<kind>[bBqQ])\?(?<text>[^?]*)\?=$", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
