using System.Net;
using System.Text;

namespace BearerTools.Security;

/// <summary>What an HTML page says to a reader: its title and its first text. Proxies and gateways send such pages.</summary>
internal static class HtmlPage
{
    private const int LongestTitle = 150;
    private const int LongestText = 250;

    /// <summary>More of a page is not searched.</summary>
    private const int LongestPage = 64 * 1024;

    private static readonly string[] s_invisible = ["script", "style", "svg", "noscript", "template", "title"];

    /// <summary>True for the media types of HTML.</summary>
    public static bool IsType(string? mediaType) => mediaType is "text/html" or "application/xhtml+xml";

    /// <summary>True if the body is declared as HTML, and looks like it.</summary>
    public static bool Is(HttpResponseMessage response, string body) =>
        IsType(response.Content.Headers.ContentType?.MediaType)
        && body.AsSpan().TrimStart().StartsWith("<");

    /// <summary>Title and first text, cleaned and bounded; <see langword="null"/> if there is neither.</summary>
    /// <param name="page">The beginning of the page.</param>
    /// <param name="isCut">True if the page is longer: its last word may be half a secret.</param>
    public static string? TextOf(string page, bool isCut = false)
    {
        var (title, text) = page.Length > LongestPage ? Read(page[..LongestPage], isCut: true) : Read(page, isCut);
        if (text is not null && title is not null && text.StartsWith(title, StringComparison.OrdinalIgnoreCase)) title = null;
        return title is null ? text : text is null ? title : $"{title}: {text}";
    }

    private static (string? Title, string? Text) Read(string page, bool isCut)
    {
        var text = new StringBuilder();
        string? title = null;
        var at = 0;
        while (at < page.Length && text.Length < LongestText * 2)
        {
            var tag = page.IndexOf('<', at);
            text.Append(page, at, (tag < 0 ? page.Length : tag) - at).Append(' ');
            if (tag < 0)
            {
                at = page.Length;
            }
            else if (page.AsSpan(tag).StartsWith("<!--"))
            {
                at = HtmlComments.End(page, tag);
            }
            else if (page.AsSpan(tag).StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase))
            {
                at = AfterDoctype(page, tag);
            }
            else
            {
                var name = NameAt(page, tag + 1);
                at = After(page, ">", tag + 1);
                if (!s_invisible.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
                var end = page.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
                if (name.Equals("title", StringComparison.OrdinalIgnoreCase) && end >= 0) title ??= Cleaned(page[at..end], LongestTitle);
                at = end < 0 ? page.Length : After(page, ">", end);
            }
        }

        return (title, Cleaned(text.ToString(), LongestText, isCut && at >= page.Length));
    }

    /// <summary>The declarations of XML within a DOCTYPE are no text of the page.</summary>
    private static int AfterDoctype(string page, int tag)
    {
        var subset = page.IndexOf('[', tag);
        var end = After(page, ">", tag);
        return subset < 0 || subset > end ? end : After(page, ">", After(page, "]", subset));
    }

    private static string NameAt(string page, int start)
    {
        var end = start;
        while (end < page.Length && char.IsAsciiLetterOrDigit(page[end])) end++;
        return page[start..end];
    }

    private static int After(string page, string mark, int from) =>
        from < page.Length && page.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var found ? found + mark.Length : page.Length;

    private static string? Cleaned(string text, int longest, bool isCut = false)
    {
        var words = WebUtility.HtmlDecode(text).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        var shown = words.Length == 0 ? string.Empty : ServerText.Sentence(string.Join(' ', words), longest, isCut);
        return shown.TrimEnd('…').Length == 0 ? null : shown;
    }
}
