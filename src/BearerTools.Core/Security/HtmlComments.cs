using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Finds the comments of a page as browsers do (HTML standard, section 13.2.5): what looks like one in a script, an attribute or a title is
/// none.
/// </summary>
internal static class HtmlComments
{
    private const string Start = "<!--";

    /// <summary>Elements whose content is text up to their end tag.</summary>
    private static readonly string[] s_text = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

    /// <summary>The page without its comments. Returns the same instance if there are none.</summary>
    public static string Remove(string page)
    {
        if (!page.Contains(Start, StringComparison.Ordinal)) return page;
        var kept = new StringBuilder(page.Length);
        for (var at = 0; at < page.Length;)
        {
            var tag = page.IndexOf('<', at);
            if (tag < 0) tag = page.Length;
            kept.Append(page, at, tag - at);
            if (page.AsSpan(tag).StartsWith(Start))
            {
                at = End(page, tag);
                continue;
            }

            at = EndOfTag(page, tag);
            kept.Append(page, tag, at - tag);
        }

        return kept.ToString();
    }

    /// <summary>The position after a comment, which a page without an end of it is up to its end.</summary>
    /// <param name="page">The page.</param>
    /// <param name="start">Where the comment begins.</param>
    public static int End(string page, int start)
    {
        var at = start + Start.Length;
        var rest = page.AsSpan(at);
        if (rest.StartsWith(">")) return at + 1;
        if (rest.StartsWith("->")) return at + 2;
        while ((at = page.IndexOf("--", at, StringComparison.Ordinal)) >= 0)
        {
            rest = page.AsSpan(at + 2);
            if (rest.StartsWith(">")) return at + 3;
            if (rest.StartsWith("!>")) return at + 4;
            at++;
        }

        return page.Length;
    }

    /// <summary>The position after a tag and, if its content is text, after that.</summary>
    private static int EndOfTag(string page, int tag)
    {
        if (tag >= page.Length) return page.Length;
        var at = tag + 1;
        var isEnd = at < page.Length && page[at] == '/';
        if (isEnd) at++;
        var start = at;
        while (at < page.Length && char.IsAsciiLetterOrDigit(page[at])) at++;
        // No tag: a declaration, or just the character.
        if (at == start || !char.IsAsciiLetter(page[start])) return tag + 1;
        var name = page[start..at];
        at = AfterAttributes(page, at);
        if (isEnd || !s_text.Contains(name, StringComparer.OrdinalIgnoreCase) || at >= page.Length) return at;
        var end = page.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? page.Length : end;
    }

    private static int AfterAttributes(string page, int at)
    {
        var isValue = false;
        for (; at < page.Length; at++)
        {
            var c = page[at];
            if (c == '>') return at + 1;
            if (isValue && c is ('"' or '\''))
            {
                at = page.IndexOf(c, at + 1);
                if (at < 0) return page.Length;
            }

            if (!char.IsWhiteSpace(c)) isValue = c == '=';
        }

        return page.Length;
    }
}
