using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running.Paging;

/// <summary>Puts a cursor into the body of the next request.</summary>
internal static class CursorBody
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>A form has the syntax of a query.</summary>
    private static readonly Uri s_form = AddressParser.Known("http://form/");

    /// <param name="request">The request for the page before.</param>
    /// <param name="parameter">The member to set: names joined with dots.</param>
    /// <param name="cursor">The cursor.</param>
    /// <param name="kind">Its type: text is sent as text, anything else as the JSON that it is.</param>
    /// <returns>The body; <see langword="null"/> if the request's body cannot carry a cursor.</returns>
    public static RequestBody? With(RequestTemplate request, string parameter, string cursor, JsonCaptureKind kind)
    {
        var type = MediaType.Of(request.ContentType ?? request.Body?.ContentType);
        if (request.Body is not (null or BytesBody) || (type is { NamesCharset: true } && type.Encoding() is not UTF8Encoding)) return null;
        var bytes = (request.Body as BytesBody)?.Bytes ?? default;
        if (type is { IsForm: true } && kind == JsonCaptureKind.Container) return null;
        if (type is { IsForm: true }) return new BytesBody(Form(Encoding.UTF8.GetString(bytes.Span), parameter, cursor), null);
        return Json(bytes, parameter, kind == JsonCaptureKind.String ? JsonValue.Create(cursor) : JsonNode.Parse(cursor)!) is { } json
            ? new BytesBody(json, JsonType)
            : null;
    }

    private static byte[] Form(string body, string parameter, string cursor)
    {
        var address = RequestAddress.Build(new UriBuilder(s_form) { Query = body });
        return Encoding.UTF8.GetBytes(AddressQuery.With(address, parameter, cursor).Query.TrimStart('?'));
    }

    private static byte[]? Json(ReadOnlyMemory<byte> body, string parameter, JsonNode cursor)
    {
        try
        {
            if ((body.IsEmpty ? new JsonObject() : JsonNode.Parse(body.Span)) is not JsonObject root) return null;
            var names = parameter.Split('.');
            var place = root;
            foreach (var name in names[..^1])
            {
                if (place[name] is not JsonObject inner) place[name] = inner = [];
                place = inner;
            }

            place[names[^1]] = cursor;
            return Encoding.UTF8.GetBytes(root.ToJsonString(s_unescaped));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Only what JSON requires is escaped, as in the first body.</summary>
    private static readonly JsonSerializerOptions s_unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
