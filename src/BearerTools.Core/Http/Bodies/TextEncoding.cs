using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Http.Bodies;

/// <summary>Finds the encoding of a response's text.</summary>
internal static partial class TextEncoding
{
    /// <summary>The part of a text that is searched for a declaration.</summary>
    private const int Beginning = 1024;

    /// <summary>Ordered so that a byte order mark comes before those that are its prefix.</summary>
    private static readonly Encoding[] s_marked = [Encoding.UTF8, Encoding.UTF32, Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>Names that servers and scripts use (https://encoding.spec.whatwg.org/#names-and-labels).</summary>
    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["unicode11utf8"] = "utf-8",
        ["x-unicode20utf8"] = "utf-8",
        ["utf16"] = "utf-16",
        ["utf16le"] = "utf-16",
        ["utf16be"] = "utf-16BE",
        ["utf32"] = "utf-32",
        ["latin-1"] = "iso-8859-1",
        ["iso88591"] = "iso-8859-1",
        ["iso8859-1"] = "iso-8859-1",
        ["cp1252"] = "windows-1252",
    };

    /// <summary>The encoding that the headers name, or UTF-8.</summary>
    public static Encoding Of(HttpContent content) => Named(content) ?? Encoding.UTF8;

    /// <summary>The text of a complete body: by its byte order mark, the headers' charset, its own declaration, or as UTF-8.</summary>
    /// <param name="content">The content with the headers.</param>
    /// <param name="body">The body.</param>
    /// <param name="encoding">The encoding found.</param>
    /// <returns>The body without its byte order mark.</returns>
    public static ReadOnlySpan<byte> Of(HttpContent content, ReadOnlySpan<byte> body, out Encoding encoding)
    {
        foreach (var marked in s_marked)
        {
            if (!body.StartsWith(marked.Preamble)) continue;
            encoding = marked;
            return body[marked.Preamble.Length..];
        }

        encoding = Named(content) ?? Declared(body) ?? Encoding.UTF8;
        return body;
    }

    private static Encoding? Named(HttpContent content) => ByName(content.Headers.ContentType?.CharSet?.Trim('"', '\''));

    /// <summary>The encoding that XML or HTML declares. A declaration readable as single bytes rules out multi-byte units.</summary>
    private static Encoding? Declared(ReadOnlySpan<byte> body)
    {
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'<', ..]) return null;
        var found = Declaration().Match(Encoding.Latin1.GetString(body[..Math.Min(body.Length, Beginning)]));
        return found.Success && ByName(found.Groups["charset"].Value) is { } encoding && encoding.GetByteCount("<") == 1 ? encoding : null;
    }

    /// <summary>The encoding with that name, also by an alias that .NET does not know; <see langword="null"/> if there is none.</summary>
    public static Encoding? ByName(string? charset)
    {
        if (string.IsNullOrEmpty(charset)) return null;
        try
        {
            return Encoding.GetEncoding(s_aliases.GetValueOrDefault(charset, charset));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // NotSupportedException: UTF-7, which .NET recognises and refuses.
            return null;
        }
    }

    [GeneratedRegex(
        """^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["'](?<charset>[^"'\s>]+)|<meta\s[^>]*?\bcharset\s*=\s*["']?(?<charset>[^"'\s/>;]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
