using System.Net.Http.Headers;
using System.Text;

namespace BearerTools.Http.Bodies;

/// <summary>The media type that the caller gives a body. It decides how an object is written, and in which charset.</summary>
internal sealed class MediaType
{
    /// <summary>JSON Lines has no registered type, so these are the names in use.</summary>
    private static readonly HashSet<string> s_jsonLines = new(StringComparer.Ordinal)
    {
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines", "application/x-jsonl",
        "application/x-jsonlines", "application/json-lines", "application/x-json-lines", "text/jsonl", "text/x-jsonl", "text/ndjson",
        "text/x-ndjson",
    };

    private readonly string _name;
    private readonly string? _charset;

    private MediaType(string text)
    {
        Text = text;
        var type = MediaTypeHeaderValue.TryParse(text, out var parsed) ? parsed : null;
        _name = type?.MediaType?.ToLowerInvariant() ?? string.Empty;
        _charset = type?.CharSet?.Trim('"', '\'');
    }

    /// <summary>The header's text.</summary>
    public string Text { get; }

    /// <summary>True for application/x-www-form-urlencoded: names and values are sent as a form.</summary>
    public bool IsForm => _name == "application/x-www-form-urlencoded";

    /// <summary>True if a list is sent as one JSON document per line.</summary>
    public bool IsJsonLines => IsJsonLinesName(_name) || _name is "application/stream+json";

    /// <summary>True for the names of JSON Lines, in lower case.</summary>
    public static bool IsJsonLinesName(string name) => s_jsonLines.Contains(name);

    /// <summary>True for XML under any name.</summary>
    public bool IsXml => IsXmlName(_name);

    /// <summary>True for the names of XML, in lower case.</summary>
    public static bool IsXmlName(string name) =>
        name.EndsWith("+xml", StringComparison.Ordinal) || name.EndsWith("/xml", StringComparison.Ordinal);

    /// <summary>True if objects can be sent under this name as JSON; false for types that are certainly something else.</summary>
    public bool MayBeJson =>
        !(IsXml || _name is "text/csv" or "text/html" || _name.Split('/')[0] is "multipart" or "image" or "audio" or "video");

    /// <summary>True if the type names a charset.</summary>
    public bool NamesCharset => !string.IsNullOrEmpty(_charset);

    /// <summary>Parses the text, which need not be valid: it may be sent without validation.</summary>
    /// <param name="text">The text; empty and <see langword="null"/> give no type.</param>
    /// <param name="last">The previous type, which is reused if equal.</param>
    public static MediaType? Of(string? text, MediaType? last = null) =>
        string.IsNullOrWhiteSpace(text) ? null : last?.Text == text ? last : new MediaType(text);

    /// <summary>The encoding that the charset names, or UTF-8.</summary>
    /// <exception cref="BearerRequestException">The charset is not supported.</exception>
    public Encoding Encoding() => NamesCharset ? Charset.Named(_charset!, "The content type") : System.Text.Encoding.UTF8;
}
