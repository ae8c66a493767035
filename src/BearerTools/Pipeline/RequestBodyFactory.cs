using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using BearerTools.Binding;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// Converts the value of <c>-Body</c> to a request body: text, bytes, streams and XML are sent unchanged; all else becomes JSON, or a form
/// if the media type says so.
/// </summary>
internal static class RequestBodyFactory
{
    private const string JsonType = "application/json; charset=utf-8";
    private const string Text = "text/plain; charset=utf-8";
    private const string Xml = "application/xml";
    private const string Bytes = "application/octet-stream";

    private static readonly JsonBodyOptions s_json = new() { Source = PSObjectJsonSource.Instance };

    /// <exception cref="JsonBodyException">The object cannot be written as JSON.</exception>
    public static RequestBody Make(PSObject body, string? contentType) => body.BaseObject switch
    {
        string text => new BytesBody(EncodingOf(contentType).GetBytes(text), contentType ?? (LooksLikeJson(text) ? JsonType : Text)),
        byte[] bytes => new BytesBody(bytes.ToArray(), contentType ?? Bytes),
        Stream stream => new StreamBody(stream, contentType ?? Bytes),
        XmlNode xml => new BytesBody(EncodingOf(xml).GetBytes(xml.OuterXml), contentType ?? Xml),
        HttpContent content => new ReadyContentBody(content),
        IDictionary fields when IsForm(contentType) => new BytesBody(Form(Pairs(fields)), contentType),
        PSCustomObject when IsForm(contentType) => new BytesBody(Form(Pairs(body)), contentType),
        _ => new BytesBody(JsonBody.ToUtf8(body, s_json), contentType ?? JsonType),
    };

    /// <summary>The pairs of a query or a form. A list repeats its name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary values)
    {
        // Enumerated as IDictionary, because a generic dictionary enumerates other entries.
        foreach (DictionaryEntry entry in values)
        {
            foreach (var pair in Pairs(ToText(entry.Key), PSValue.Unwrap(entry.Value))) yield return pair;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(PSObject record) =>
        record.Properties.SelectMany(property => Pairs(property.Name, PSValue.Unwrap(property.Value)));

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string name, object? value) =>
        (value is IEnumerable list and not string ? list.Cast<object?>() : [value])
            .Select(single => KeyValuePair.Create(name, ToText(PSValue.Unwrap(single))));

    public static string ToText(object? value) => value switch
    {
        null => string.Empty,
        bool flag => flag ? "true" : "false",
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    /// <summary>Encodes a form as the URL standard requires: UTF-8, with a plus for a space.</summary>
    private static byte[] Form(IEnumerable<KeyValuePair<string, string>> pairs) =>
        Encoding.ASCII.GetBytes(
            string.Join('&', pairs.Select(pair => $"{WebUtility.UrlEncode(pair.Key)}={WebUtility.UrlEncode(pair.Value)}")));

    private static bool IsForm(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
            && string.Equals(type.MediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>The encoding that the XML declaration names, because readers rely on it.</summary>
    private static Encoding EncodingOf(XmlNode xml) =>
        xml is XmlDocument { FirstChild: XmlDeclaration { Encoding: { Length: > 0 } name } }
            ? Named(name, "The XML document")
            : Encoding.UTF8;

    private static bool LooksLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    private static Encoding EncodingOf(string? contentType) =>
        contentType is not null && MediaTypeHeaderValue.TryParse(contentType, out var type) && !string.IsNullOrEmpty(type.CharSet)
            ? Named(type.CharSet.Trim('"'), "The content type")
            : Encoding.UTF8;

    /// <exception cref="BearerRequestException">There is no such encoding, or it is one that .NET refuses as unsafe (UTF-7).</exception>
    private static Encoding Named(string name, string owner) => TextEncoding.ByName(name)
        ?? throw new BearerRequestException($"{owner} names the encoding '{ServerText.Clean(name, 60)}', which is not supported.")
        {
            ErrorId = "InvalidEncoding",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use utf-8, or pass the body as bytes.",
        };
}
