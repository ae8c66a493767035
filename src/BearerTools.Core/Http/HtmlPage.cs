using System.Net;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>What an HTML page says to a reader: its title and its first text. Proxies and gateways send such pages.</summary>
internal static class HtmlPage
{
    private const int LongestTitle = 150;
    private const int LongestText = 250;

    /// <summary>More of a page is not searched.</summary>
    private const int LongestPage = 64 * 1024;

    private static readonly string[] s_invisible = ["script", "style", "svg", "noscript", "template", "title"];

    /// <summary>True if the body is declared as HTML, and looks like it.</summary>
    public static bool Is(HttpResponseMessage response, string body) =>
        response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml" && body.AsSpan().TrimStart().StartsWith("<");

    /// <summary>Title and first text, cleaned and bounded; <see langword="null"/> if there is neither.</summary>
    public static string? TextOf(string page)
    {
        var (title, text) = Read(page.Length > LongestPage ? page[..LongestPage] : page);
        if (text is not null && title is not null && text.StartsWith(title, StringComparison.OrdinalIgnoreCase)) title = null;
        return title is null ? text : text is null ? title : $"{title}: {text}";
    }

    /// <summary>The same as a clause that follows a noun: <c> that says "…"</c>; empty if there is no text.</summary>
    public static string Quoted(string page) => TextOf(page) is { } text ? $" that says \"{text}\"" : string.Empty;

    private static (string? Title, string? Text) Read(string page)
    {
        var text = new StringBuilder();
        string? title = null;
        var at = 0;
        while (at < page.Length && text.Length < LongestText * 2)
        {
            var tag = page.IndexOf('<', at);
            text.Append(page, at, (tag < 0 ? page.Length : tag) - at).Append(' ');
            if (tag < 0) break;
            if (page.AsSpan(tag).StartsWith("<!--"))
            {
                at = After(page, "-->", tag + 4);
                continue;
            }

            var name = NameAt(page, tag + 1);
            at = After(page, ">", tag + 1);
            if (!s_invisible.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            var end = page.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
            if (end < 0) break;
            if (name.Equals("title", StringComparison.OrdinalIgnoreCase)) title ??= Cleaned(page[at..end], LongestTitle);
            at = After(page, ">", end);
        }

        return (title, Cleaned(text.ToString(), LongestText));
    }

    private static string NameAt(string page, int start)
    {
        var end = start;
        while (end < page.Length && char.IsAsciiLetterOrDigit(page[end])) end++;
        return page[start..end];
    }

    private static int After(string page, string mark, int from) =>
        from < page.Length && page.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var found ? found + mark.Length : page.Length;

    private static string? Cleaned(string text, int longest)
    {
        var words = WebUtility.HtmlDecode(text).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : ServerText.Clean(string.Join(' ', words), longest);
    }
}
