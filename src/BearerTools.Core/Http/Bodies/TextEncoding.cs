using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Http.Bodies;

/// <summary>The encoding of an answer's text.</summary>
internal static partial class TextEncoding
{
    /// <summary>As far as a text may say it of itself.</summary>
    private const int Beginning = 1024;

    /// <summary>Those whose mark others' begin with come first.</summary>
    private static readonly Encoding[] s_marked = [Encoding.UTF8, Encoding.UTF32, Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>The one that the answer names, or UTF-8.</summary>
    public static Encoding Of(HttpContent content) => Named(content) ?? Encoding.UTF8;

    /// <summary>The text of a whole body: by its byte order mark, by the charset of its answer, by what it says of itself, or UTF-8.</summary>
    /// <param name="content">The answer's headers.</param>
    /// <param name="body">The body.</param>
    /// <param name="encoding">What it is in.</param>
    /// <returns>The body without its mark.</returns>
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

    /// <summary>Of XML and HTML. What can be read here by single bytes is in none of the encodings with more.</summary>
    private static Encoding? Declared(ReadOnlySpan<byte> body)
    {
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'<', ..]) return null;
        var found = Declaration().Match(Encoding.Latin1.GetString(body[..Math.Min(body.Length, Beginning)]));
        return found.Success && ByName(found.Groups["charset"].Value) is { } encoding && encoding.GetByteCount("<") == 1 ? encoding : null;
    }

    private static Encoding? ByName(string? charset)
    {
        if (string.IsNullOrEmpty(charset)) return null;
        try
        {
            return Encoding.GetEncoding(charset);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // NotSupportedException: UTF-7, which .NET knows and refuses.
            return null;
        }
    }

    [GeneratedRegex("""^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["'](?<charset>[^"'\s>]+)|<meta\s[^>]*?\bcharset\s*=\s*["']?(?<charset>[^"'\s/>;]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
