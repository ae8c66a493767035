using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Text;
using System.Xml;
using BearerTools.Binding;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// Converts the value of <c>-Body</c> to a request body: text, bytes, streams and XML are sent unchanged, text in the encoding that its
/// media type or its XML declaration names; all else becomes JSON, or a form if the media type says so.
/// </summary>
internal static class RequestBodyFactory
{
    private const string Xml = "application/xml";
    private const string Bytes = "application/octet-stream";

    private static readonly JsonBodyOptions s_json = new() { Source = PSObjectJsonSource.Instance };

    /// <param name="body">The value.</param>
    /// <param name="type">The media type that the caller gives, or <see langword="null"/>. Bytes and type always agree.</param>
    /// <exception cref="JsonBodyException">The object cannot be written as JSON.</exception>
    /// <exception cref="BearerRequestException">The value cannot be sent as that media type.</exception>
    public static RequestBody Make(PSObject body, MediaType? type) => body.BaseObject switch
    {
        string text => new BytesBody(
            XmlEncoding.Encode(text, type) ?? Charset.Encode(EncodingOf(type), text), type?.Text ?? TextMediaType.Of(text)),
        byte[] bytes => new BytesBody(bytes.ToArray(), type?.Text ?? Bytes),
        Stream stream => new StreamBody(stream, type?.Text ?? Bytes),
        XmlNode xml => new BytesBody(XmlBytes(xml, type), type?.Text ?? Xml),
        HttpContent content => new ReadyContentBody(content),
        _ when type is { IsForm: true } => new BytesBody(Form(Fields(body, type), EncodingOf(type)), type.Text),
        IEnumerable list and not IDictionary when type is { IsJsonLines: true } => new BytesBody(Lines(list, type), type.Text),
        _ when type is { MayBeJson: false } => throw NotWritable(body, type),
        _ => new BytesBody(Json(body, type), type?.Text ?? TextMediaType.Json),
    };

    /// <summary>The pairs of a query or a form. A list repeats its name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary values)
    {
        // Enumerated as IDictionary, because a generic dictionary enumerates other entries.
        foreach (DictionaryEntry entry in values)
        {
            var name = ValueText.Of(entry.Key, "a name");
            foreach (var pair in Pairs(name, PSValue.UnwrapKnown(entry.Value))) yield return pair;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string name, object? value) =>
        (ValueText.IsList(value) ? ((IEnumerable)value!).Cast<object?>() : [value])
            .Select(single => KeyValuePair.Create(name, ValueText.Of(single, name)));

    private static IEnumerable<KeyValuePair<string, string>> Fields(PSObject body, MediaType type) => body.BaseObject switch
    {
        IDictionary fields => Pairs(fields),
        IEnumerable => throw NotWritable(body, type),
        _ when PSValue.IsScalar(body) => throw NotWritable(body, type),
        _ => body.Properties.SelectMany(property => Pairs(property.Name, PSValue.UnwrapKnown(property.Value))),
    };

    /// <summary>Encodes a form as the URL standard requires: with a plus for a space.</summary>
    private static byte[] Form(IEnumerable<KeyValuePair<string, string>> pairs, Encoding encoding)
    {
        return Encoding.ASCII.GetBytes(string.Join('&', pairs.Select(pair => $"{Escaped(pair.Key)}={Escaped(pair.Value)}")));

        string Escaped(string text)
        {
            var bytes = Charset.Encode(encoding, text);
            return Encoding.ASCII.GetString(WebUtility.UrlEncodeToBytes(bytes, 0, bytes.Length));
        }
    }

    private static ReadOnlyMemory<byte> Json(object? value, MediaType? type)
    {
        var json = JsonBody.ToUtf8(value, s_json);
        return type is not { NamesCharset: true } || type.Encoding() is UTF8Encoding
            ? json
            : Charset.EncodeJson(type.Encoding(), Encoding.UTF8.GetString(json.Span));
    }

    private static byte[] Lines(IEnumerable list, MediaType type)
    {
        var lines = new StringBuilder();
        foreach (var item in list) lines.Append(Encoding.UTF8.GetString(JsonBody.ToUtf8(item, s_json).Span)).Append('\n');
        return Charset.EncodeJson(EncodingOf(type), lines.ToString());
    }

    /// <summary>
    /// The encoding is the one that the media type names (RFC 7303 section 3), or else the declaration; a declaration that differs is
    /// corrected, because readers rely on it.
    /// </summary>
    private static byte[] XmlBytes(XmlNode xml, MediaType? type)
    {
        var declared = (xml as XmlDocument)?.FirstChild is XmlDeclaration { Encoding: { Length: > 0 } name } ? name : null;
        var isNamed = type is { NamesCharset: true };
        var encoding = isNamed ? type!.Encoding() : declared is null ? Encoding.UTF8 : Charset.Named(declared, "The XML document");
        if (isNamed && declared is not null && CharsetName.Find(declared)?.CodePage != encoding.CodePage)
        {
            xml = xml.CloneNode(deep: true);
            ((XmlDeclaration)xml.FirstChild!).Encoding = encoding.WebName;
        }

        return Charset.EncodeXml(encoding, xml.OuterXml);
    }

    private static Encoding EncodingOf(MediaType? type) => type?.Encoding() ?? Encoding.UTF8;

    private static BearerRequestException NotWritable(PSObject body, MediaType type) => new(
        $"A {body.BaseObject.GetType().Name} cannot be sent as '{ServerText.Clean(type.Text, 100)}'.")
    {
        ErrorId = "BodyRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = type.IsForm
            ? "Give a hashtable or an object with the fields, or the finished text."
            : "Give the finished text or bytes; use -Form for multipart forms, or leave out the content type to send JSON.",
    };
}
