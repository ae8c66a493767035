using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Rows, one at a time or many in a stream. The single one is what throughput is measured with.</summary>
internal sealed class Items(SandboxContext sandbox)
{
    private const int LongestItem = 256;
    private const int FlushAfter = 32 * 1024;

    private static readonly byte[] s_users = """
        [{"id":1,"name":"ada","mail":"ada@example.com","groups":["ops","dev"]},
        {"id":2,"name":"grace","mail":"grace@example.com","groups":["dev"]},
        {"id":3,"name":"edsger","mail":"edsger@example.com","groups":[]}]
        """u8.ToArray();

    public void Map(ApiRoutes api)
    {
        api.Get("/api/items/{n:long}", One);
        api.Get("/api/items", Many);
        api.Get("/api/users", http => http.WriteBytes(s_users, Responses.Json));
        api.Get("/api/users/{id}", User);
    }

    private static Task User(HttpContext http)
    {
        using var users = JsonDocument.Parse(s_users);
        var id = http.RouteText("id");
        var user = users.RootElement.EnumerateArray().FirstOrDefault(user => user.GetProperty("id").GetRawText() == id);
        return user.ValueKind == JsonValueKind.Object
            ? http.WriteJson(user)
            : http.WriteProblem(StatusCodes.Status404NotFound, "Not found", $"There is no user {id}.");
    }

    /// <summary>One row, after ms milliseconds.</summary>
    private async Task One(HttpContext http)
    {
        if (http.Request.QueryString.HasValue)
            await Task.Delay(TimeSpan.FromMilliseconds(http.QueryNumber("ms", 0)), sandbox.Clock, http.RequestAborted);
        var n = long.Parse(http.RouteText("n"), CultureInfo.InvariantCulture);
        var response = http.Response;
        var length = Write(response.BodyWriter.GetSpan(LongestItem), n);
        response.ContentType = Responses.Json;
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }

    /// <summary>count rows, each filled up to size bytes, delayMs apart.</summary>
    private async Task Many(HttpContext http)
    {
        var count = http.QueryNumber("count", 10);
        var size = http.QueryNumber("size", 0);
        var delay = TimeSpan.FromMilliseconds(http.QueryNumber("delayMs", 0));
        var writer = http.Response.BodyWriter;
        http.Response.ContentType = Responses.Json;

        var unflushed = Append(writer, "["u8);
        for (var n = 1; n <= count; n++)
        {
            if (n > 1) unflushed += Append(writer, ",\n"u8);
            var length = WriteFilled(writer.GetSpan(LongestItem + size), n, size);
            writer.Advance(length);
            unflushed += length;
            if (unflushed < FlushAfter && delay == default) continue;
            await writer.FlushAsync(http.RequestAborted);
            await Task.Delay(delay, sandbox.Clock, http.RequestAborted);
            unflushed = 0;
        }
        Append(writer, "]"u8);
    }

    private static int Append(IBufferWriter<byte> writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes);
        return bytes.Length;
    }

    private static int Write(Span<byte> target, long n)
    {
        Utf8.TryWrite(
            target,
            CultureInfo.InvariantCulture,
            $"{{\"id\":{n},\"name\":\"item {n}\",\"price\":{n % 1000 + 0.5},\"inStock\":true,\"tags\":[\"blue\",\"round\"],\"size\":{{\"width\":12,\"height\":7}}}}",
            out var written);
        return written;
    }

    private static int WriteFilled(Span<byte> target, long n, int size)
    {
        var length = Write(target, n);
        var missing = size - length;
        if (missing <= FillerFrame.Length) return length;
        length--;
        FillerFrame[..^2].CopyTo(target[length..]);
        length += FillerFrame.Length - 2;
        var filler = missing + 1 - FillerFrame.Length;
        target.Slice(length, filler).Fill((byte)'x');
        length += filler;
        FillerFrame[^2..].CopyTo(target[length..]);
        return length + 2;
    }

    private static ReadOnlySpan<byte> FillerFrame => ",\"filler\":\"\"}"u8;
}
