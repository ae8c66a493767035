using System.Text.Encodings.Web;
using System.Text.Json;

namespace BearerTools.Sandbox.Serving;

/// <summary>The forms in which endpoints write a response.</summary>
internal static class Responses
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task WriteJson(this HttpContext http, object? value, int status = StatusCodes.Status200OK, string contentType = Json) =>
        http.WriteBytes(JsonSerializer.SerializeToUtf8Bytes(value, s_json), contentType, status);

    public static Task WriteBytes(this HttpContext http, ReadOnlyMemory<byte> body, string? contentType, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return http.Response.BodyWriter.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>An error as RFC 9457 shapes it.</summary>
    public static Task WriteProblem(this HttpContext http, int status, string title, string detail) =>
        http.WriteJson(new { type = "about:blank", title, status, detail, instance = http.Request.Path.Value }, status, Problem);

    /// <summary>A number from the query, or the default when it is not given or not a number.</summary>
    public static int QueryNumber(this HttpContext http, string name, int otherwise) =>
        int.TryParse(http.Request.Query[name], out var number) ? number : otherwise;

    public static string RouteText(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;
}
