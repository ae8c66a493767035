using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Http;
using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>From what <c>-Body</c> was given to what is sent: text, bytes and streams as they are, everything else as JSON.</summary>
internal static class BodyMaker
{
    private const string JsonType = "application/json; charset=utf-8";
    private const string Text = "text/plain; charset=utf-8";
    private const string Bytes = "application/octet-stream";

    private static readonly JsonBodyOptions s_json = new() { Source = PSObjectJsonSource.Instance };

    /// <exception cref="JsonBodyException">The object cannot be JSON.</exception>
    public static RequestBody Make(PSObject body, string? contentType) => body.BaseObject switch
    {
        string text => new BytesBody(EncodingOf(contentType).GetBytes(text), contentType ?? (LooksLikeJson(text) ? JsonType : Text)),
        byte[] bytes => new BytesBody(bytes.ToArray(), contentType ?? Bytes),
        Stream stream => new StreamBody(stream, contentType ?? Bytes),
        _ => new BytesBody(JsonBody.ToUtf8(body, s_json), contentType ?? JsonType),
    };

    /// <summary>A dictionary as the pairs of a query: a list gives its name several times.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary values)
    {
        foreach (DictionaryEntry entry in values)
        {
            var value = Unwrap(entry.Value);
            IEnumerable<object?> all = value is IEnumerable list and not string ? list.Cast<object?>() : [value];
            foreach (var single in all) yield return new(Shown(entry.Key), Shown(Unwrap(single)));
        }
    }

    public static string Shown(object? value) => value switch
    {
        null => string.Empty,
        bool flag => flag ? "true" : "false",
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static bool LooksLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    private static Encoding EncodingOf(string? contentType) =>
        contentType is not null && MediaTypeHeaderValue.TryParse(contentType, out var type) && !string.IsNullOrEmpty(type.CharSet)
            ? Encoding.GetEncoding(type.CharSet.Trim('"'))
            : Encoding.UTF8;
}
