using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>200 responses whose bodies are not a plain JSON object or array, or are incomplete.</summary>
internal static class OddResponses
{
    private const string Text = "text/plain; charset=utf-8";

    public static void Map(ApiRoutes api)
    {
        Json(api, "bad-json", """[{"id":1},{"id":2},{"id":3},oops""");
        Json(api, "empty", "");
        Json(api, "empty-array", "[]");
        Json(api, "null", "null");
        Json(api, "scalar", "42");
        Json(api, "bom", "\uFEFF" + """{"id":1,"name":"after a byte order mark"}""");
        Json(api, "case-keys", """{"id":1,"ID":2,"Id":3,"":4}""");
        Fixed(api, "jsonlines", "application/x-ndjson", "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n"u8.ToArray());
        Fixed(api, "jsonlines-fault", "application/jsonl", "{\"id\":1}\n\n{\"id\":2\n{\"id\":3}\n"u8.ToArray());
        Fixed(api, "events", "text/event-stream", ": hello\n\nevent: item\ndata: {\"id\":1}\n\ndata: {\"id\":\ndata: 2}\n\ndata: [DONE]\n\n"u8.ToArray());
        Fixed(api, "latin1-json", "application/json; charset=iso-8859-1", Encoding.Latin1.GetBytes("""{"name":"Café crème"}"""));
        Fixed(api, "utf16-json", "application/json; charset=utf-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("""{"name":"Καφές"}""")]);
        Json(api, "envelope", """{"@odata.context":"x","data":{"items":[{"id":1},{"id":2}],"total":2},"more":{"items":[{"id":9}]}}""");
        Json(api, "values", """{"date":"2024-03-01T12:34:56+02:00","utc":"2024-03-01T10:34:56Z","price":0.1000000000000000000000000001,"exponent":1e3,"long":9007199254740993,"big":123456789012345678901234567890,"half":"\ud83d","list":[1],"none":[],"nothing":null}""");
        Json(api, "reserved-names", """[{"id":1,"PSObject":"x"},{"id":2,"id":3}]""");
        Json(api, "deep", new string('[', 1500) + new string(']', 1500));
        Fixed(api, "text", Text, "Grüße, world"u8.ToArray());
        Fixed(api, "latin1", "text/plain; charset=iso-8859-1", Encoding.Latin1.GetBytes("Café crème"));
        Fixed(api, "bytes", "application/octet-stream", Enumerable.Range(0, 256).Select(n => (byte)n).ToArray());
        api.Any("/api/odd/no-content", http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        api.Any("/api/odd/truncated", Truncated);
        api.Any("/api/odd/reset", http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
    }

    private static void Json(ApiRoutes api, string name, string body) => Fixed(api, name, Responses.Json, Encoding.UTF8.GetBytes(body));

    private static void Fixed(ApiRoutes api, string name, string contentType, byte[] body) =>
        api.Any("/api/odd/" + name, http => http.WriteBytes(body, contentType));

    private static async Task Truncated(HttpContext http)
    {
        http.Response.ContentType = Responses.Json;
        http.Response.ContentLength = 1000;
        // Kestrel closes the connection by itself when a response ends before its length; an abort could overtake these bytes.
        await http.Response.BodyWriter.WriteAsync("""[{"id":1},{"id":2},{"id":"""u8.ToArray(), http.RequestAborted);
    }
}
