using System.Buffers;

namespace BearerTools.Http.Bodies;

/// <summary>Recognises the media type of a body that is text, if the caller gives none.</summary>
internal static class TextMediaType
{
    public const string Json = "application/json; charset=utf-8";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Plain = "text/plain; charset=utf-8";

    /// <summary>Characters that a form escapes, in addition to those outside of printable ASCII.</summary>
    private static readonly SearchValues<char> s_neverInForm = SearchValues.Create("\"<>\\^`{|}");

    /// <returns>JSON for text that begins like an object or array, a form for pairs such as <c>a=1&amp;b=2</c>, else plain text.</returns>
    public static string Of(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..] ? Json : IsForm(text) ? Form : Plain;

    /// <summary>True for pairs of a name and a value, with at least one value. Base64 does not count, although it may end in '='.</summary>
    private static bool IsForm(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExceptInRange('!', '~') || text.ContainsAny(s_neverInForm)) return false;
        var hasValue = false;
        while (true)
        {
            var end = text.IndexOf('&');
            var pair = end < 0 ? text : text[..end];
            var equals = pair.IndexOf('=');
            if (equals < 1) return false;
            var value = pair[(equals + 1)..];
            if (value is ['=', ..]) return false;
            hasValue |= value.Length > 0;
            if (end < 0) return hasValue;
            text = text[(end + 1)..];
        }
    }
}
