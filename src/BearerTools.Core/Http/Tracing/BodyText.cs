using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Http.Tracing;

/// <summary>The text of a body for the trace, without secrets: the values of names such as password, and secrets of this process.</summary>
internal static class BodyText
{
    /// <summary>Longest text that is kept of a body.</summary>
    public const int Longest = 64 * 1024;

    /// <summary>More than is kept, so that a secret that crosses the end is recognised.</summary>
    public const int LongestRead = Longest + ServerText.LongestSecret;

    private static readonly JsonRedaction s_json = new(TraceRedaction.Options, ShownString);

    private static readonly LooseJson s_loose = new(TraceRedaction.Options, ShownString);

    /// <param name="start">The body, or at least <see cref="LongestRead"/> bytes of it.</param>
    /// <param name="isCut">True if it is longer.</param>
    /// <param name="contentType">Its media type, or <see langword="null"/>.</param>
    public static TracedBody? Of(ReadOnlySpan<byte> start, bool isCut, string? contentType)
    {
        if (start.IsEmpty) return null;
        if (start.Length > LongestRead)
        {
            start = start[..LongestRead];
            isCut = true;
        }

        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed : null;
        var text = Text(start, type, isCut);
        if (text.AsSpan().ContainsAny('\0', '\uFFFD'))
        {
            var size = string.Create(CultureInfo.InvariantCulture, $"({(isCut ? "more than " : string.Empty)}{start.Length} bytes)");
            return new TracedBody(size, type?.MediaType, isCut, IsText: false);
        }

        var isJson = text.AsSpan().TrimStart() is ['{' or '[' or '"', ..];
        if (isJson && s_json.Copy(Encoding.UTF8.GetBytes(text), isCut) is { } json && (json.IsWhole || (isCut && HasContent(json.Text))))
            return Bounded(Printable(json.Text), !json.IsWhole, type);
        // Half a secret at the end is not found by its value.
        var shown = isJson ? s_loose.Redact(Printable(text)) : Shown(text);
        return Bounded(isCut ? shown[..Math.Max(0, shown.Length - ServerText.LongestSecret)] : shown, isCut, type);
    }

    private static TracedBody Bounded(string text, bool isCut, MediaTypeHeaderValue? type) => text.Length <= Longest
        ? new TracedBody(isCut ? text + "…" : text, type?.MediaType, isCut, IsText: true)
        : new TracedBody(string.Concat(text.AsSpan(0, Longest), "…"), type?.MediaType, IsCut: true, IsText: true);

    /// <summary>The last character of a body that was cut may be incomplete.</summary>
    private static string Text(ReadOnlySpan<byte> start, MediaTypeHeaderValue? type, bool isCut)
    {
        var encoding = TextEncoding.OfJson(start) ?? CharsetName.Find(type?.CharSet) ?? Encoding.UTF8;
        var text = encoding.GetString(start);
        return isCut ? text.TrimEnd('\uFFFD') : text.TrimStart('\uFEFF');
    }

    /// <summary>Twice: a secret may contain control characters, and control characters may hide a secret.</summary>
    private static string Shown(string text)
    {
        var shown = TraceRedaction.Bodies.Redact(text);
        var printable = Printable(shown);
        return ReferenceEquals(printable, shown) ? shown : TraceRedaction.Bodies.Redact(printable);
    }

    /// <summary>A string of JSON: an address has only the harmless values of its query.</summary>
    private static string ShownString(string text) =>
        TracedReference.IsAddress(text) ? TraceRedaction.Forms(TracedReference.Of(text)) : TraceRedaction.Bodies.Redact(text);

    /// <summary>False if the text ended before it had a name or a value.</summary>
    private static bool HasContent(string json) => json.Any(char.IsLetterOrDigit);

    /// <summary>Without characters that could manipulate the terminal or reorder a line. Line breaks and tabs are kept.</summary>
    private static string Printable(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\n' or '\t' || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format))
                kept.Append(c);
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }
}
