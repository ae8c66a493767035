using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>Finds the encoding of a response's text.</summary>
internal static partial class TextEncoding
{
    /// <summary>The part of a text that is searched for a declaration.</summary>
    private const int Beginning = 1024;

    private static readonly Encoding s_utf32BigEndian = new UTF32Encoding(bigEndian: true, byteOrderMark: true);

    /// <summary>Ordered so that a byte order mark comes before those that are its prefix.</summary>
    private static readonly Encoding[] s_marked =
        [Encoding.UTF8, Encoding.UTF32, s_utf32BigEndian, Encoding.Unicode, Encoding.BigEndianUnicode];

    private static readonly int s_longestMark = s_marked.Max(encoding => encoding.Preamble.Length);

    /// <summary>The encoding that the headers name, or UTF-8.</summary>
    public static Encoding Of(HttpContent content) => Named(content) ?? Encoding.UTF8;

    /// <summary>The text of a complete body: by its byte order mark, the headers' charset, its own declaration, or as UTF-8.</summary>
    /// <param name="content">The content with the headers.</param>
    /// <param name="body">The body.</param>
    /// <param name="encoding">The encoding found.</param>
    /// <returns>The body without its byte order mark.</returns>
    public static ReadOnlySpan<byte> Of(HttpContent content, ReadOnlySpan<byte> body, out Encoding encoding)
    {
        if (Marked(body) is { } marked)
        {
            encoding = marked;
            return body[marked.Preamble.Length..];
        }

        encoding = Named(content) ?? Declared(body) ?? Encoding.UTF8;
        return body;
    }

    /// <summary>Decodes a body, or its beginning, as <see cref="Of(HttpContent, ReadOnlySpan{byte}, out Encoding)"/> says.</summary>
    public static string Decode(HttpContent content, ReadOnlySpan<byte> body)
    {
        var unmarked = Of(content, body, out var encoding);
        return encoding.GetString(unmarked);
    }

    /// <summary>
    /// The encoding of JSON whatever its charset says: by its byte order mark, which takes precedence (Encoding Standard section 6), or by
    /// null characters, which JSON has none of.
    /// </summary>
    /// <param name="start">The first bytes.</param>
    public static Encoding? OfJson(ReadOnlySpan<byte> start) => Marked(start) ?? start switch
    {
        [not 0, 0, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0, not 0, ..] => s_utf32BigEndian,
        [not 0, 0, not 0, ..] => Encoding.Unicode,
        [0, not 0, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    /// <summary>True if more bytes are needed to know whether these begin with a byte order mark, and with which.</summary>
    public static bool MayBeMarked(ReadOnlySpan<byte> start)
    {
        if (start.Length >= s_longestMark) return false;
        foreach (var encoding in s_marked)
        {
            if (start.Length < encoding.Preamble.Length && encoding.Preamble.StartsWith(start)) return true;
        }

        return false;
    }

    private static Encoding? Marked(ReadOnlySpan<byte> body)
    {
        foreach (var encoding in s_marked)
        {
            if (body.StartsWith(encoding.Preamble)) return encoding;
        }

        return null;
    }

    private static Encoding? Named(HttpContent content) => CharsetName.Find(content.Headers.ContentType?.CharSet);

    /// <summary>The encoding that XML or HTML declares. A declaration readable as single bytes rules out multi-byte units.</summary>
    private static Encoding? Declared(ReadOnlySpan<byte> body)
    {
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'<', ..]) return null;
        var found = Declaration().Match(Encoding.Latin1.GetString(body[..Math.Min(body.Length, Beginning)]));
        return found.Success && CharsetName.Find(found.Groups["charset"].Value) is { } encoding && encoding.GetByteCount("<") == 1
            ? encoding
            : null;
    }

    [GeneratedRegex(
        """^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["'](?<charset>[^"'\s>]+)|<meta\s[^>]*?\bcharset\s*=\s*["']?(?<charset>[^"'\s/>;]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
