using System.Globalization;
using System.Net.Http.Headers;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Files of any size whose bytes anyone can compute: byte n is <see cref="ByteAt"/>. Ranges and If-Range work (RFC 9110
/// sections 13.1.5 and 14). <c>size</c> and <c>etag</c> say what the file is; <c>at</c> is where a <c>fault</c> comes.
/// </summary>
internal static class Downloads
{
    private const int DefaultSize = 100_000;
    private const int Chunk = 64 * 1024;

    private static readonly byte[] s_pattern = Enumerable.Range(0, 251).SelectMany(_ => Enumerable.Range(0, 251)).Select(n => (byte)n).ToArray();

    public static void Map(ApiRoutes api)
    {
        api.Get("/api/files/{name}", ApiResponse);
        api.Get("/api/files/", ApiResponse);
    }

    public static byte ByteAt(long n) => (byte)(n % 251);

    private static async Task ApiResponse(HttpContext http)
    {
        var fault = http.Request.Query["fault"].ToString();
        var size = long.TryParse(http.Request.Query["size"], CultureInfo.InvariantCulture, out var asked) ? asked : DefaultSize;
        var tag = http.Request.Query["etag"] is [{ Length: > 0 } given, ..] ? given : "\"v1\"";
        if (http.Request.Query["name"] is [{ Length: > 0 } name, ..]) http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        http.Response.ContentType = "application/octet-stream";
        if (fault != "no-etag") http.Response.Headers.ETag = tag;
        http.Response.Headers["X-Range"] = http.Request.Headers.Range.ToString();
        http.Response.Headers["X-If-Range"] = http.Request.Headers.IfRange.ToString();

        var from = fault == "ignore-range" ? 0 : Start(http.Request, tag);
        if (from >= size && from > 0)
        {
            http.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            http.Response.Headers.ContentRange = $"bytes */{size}";
            return;
        }

        if (from > 0)
        {
            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.Headers.ContentRange = $"bytes {from}-{size - 1}/{size}";
        }

        if (fault != "no-length") http.Response.ContentLength = size - from;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        // Of what ends at its beginning Kestrel would make an error.
        if (fault == "truncate") await http.Response.Body.FlushAsync(http.RequestAborted);
        await SendAsync(http, from, fault is "truncate" or "stall" ? Math.Min(size, Math.Max(from, http.QueryNumber("at", 1000))) : size);
        if (fault == "stall") await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        // A server that closes before the end of a body without a length has to break it off: an orderly end would be one.
        if (fault == "truncate" && http.Response.ContentLength is null) http.Abort();
    }

    /// <summary>Where the response begins: without a range, or for one of another version, at the beginning.</summary>
    private static long Start(HttpRequest request, string tag)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range, out var range) || range.Ranges is not { Count: 1 } ranges) return 0;
        if (request.Headers.IfRange is [{ Length: > 0 } condition, ..] && condition != tag) return 0;
        return ranges.First().From ?? 0;
    }

    private static async Task SendAsync(HttpContext http, long from, long to)
    {
        var writer = http.Response.BodyWriter;
        for (var at = from; at < to;)
        {
            var length = (int)Math.Min(Math.Min(Chunk, to - at), s_pattern.Length - at % 251);
            await writer.WriteAsync(s_pattern.AsMemory((int)(at % 251), length), http.RequestAborted);
            at += length;
        }
    }
}
