using System.IO.Compression;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Responses that are small on the wire and large when decompressed: <c>mb</c> megabytes of one character, as <c>kind</c> json (a text that
/// never ends), text, xml or bytes.
/// </summary>
internal static class Bombs
{
    private const int Megabyte = 1024 * 1024;
    private const int DefaultMegabytes = 4096;

    public static void Map(ApiRoutes api) => api.Get("/api/bomb/{encoding}", ApiResponse);

    private static async Task ApiResponse(HttpContext http)
    {
        var encoding = http.RouteText("encoding");
        var (type, start, filler) = http.Request.Query["kind"].ToString() switch
        {
            "json" => (Responses.Json, "[{\"id\":1},{\"id\":\"", (byte)'x'),
            "xml" => ("application/xml", "<a>", (byte)'x'),
            "bytes" => ("application/octet-stream", "", (byte)0),
            _ => ("text/plain", "", (byte)'x'),
        };
        http.Response.ContentType = type;
        http.Response.Headers.ContentEncoding = encoding;
        await using Stream packed = encoding switch
        {
            "br" => new BrotliStream(http.Response.Body, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(http.Response.Body, CompressionLevel.Fastest),
            _ => new GZipStream(http.Response.Body, CompressionLevel.Fastest),
        };
        var piece = new byte[Megabyte];
        Array.Fill(piece, filler);
        await packed.WriteAsync(System.Text.Encoding.ASCII.GetBytes(start), http.RequestAborted);
        for (var sent = 0; sent < http.QueryNumber("mb", DefaultMegabytes); sent++) await packed.WriteAsync(piece, http.RequestAborted);
    }
}
