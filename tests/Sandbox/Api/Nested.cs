using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// An array of nested objects of about 450 bytes, written with little work: on a machine that is shared, what the server
/// takes is missing to the client that is measured.
/// </summary>
internal static class Nested
{
    private const int Variants = 1000;
    private const int FlushAfter = 128 * 1024;
    private const int LongestNumber = 20;

    private static readonly Lazy<byte[][]> s_rests = new(() => Enumerable.Range(0, Variants).Select(Rest).ToArray());

    public static void Map(ApiRoutes api) => api.Get("/api/nested", Many);

    private static async Task Many(HttpContext http)
    {
        var count = http.QueryNumber("count", 10);
        var writer = http.Response.BodyWriter;
        http.Response.ContentType = Responses.Json;
        writer.Write("["u8);
        var unflushed = 0;
        for (var n = 0; n < count; n++)
        {
            unflushed += Write(writer, n);
            if (unflushed < FlushAfter) continue;
            await writer.FlushAsync(http.RequestAborted);
            unflushed = 0;
        }
        writer.Write("]"u8);
    }

    private static int Write(PipeWriter writer, int n)
    {
        var start = n == 0 ? "{\"id\":"u8 : ",{\"id\":"u8;
        var rest = s_rests.Value[n % Variants];
        var row = writer.GetSpan(start.Length + LongestNumber + rest.Length);
        start.CopyTo(row);
        Utf8Formatter.TryFormat(n, row[start.Length..], out var digits);
        rest.CopyTo(row[(start.Length + digits)..]);
        var length = start.Length + digits + rest.Length;
        writer.Advance(length);
        return length;
    }

    /// <summary>An object from its second name on.</summary>
    private static byte[] Rest(int variant) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        ,"key":"{{Guid.NewGuid()}}","name":"User number {{variant}}","mail":"user{{variant}}@example.com","active":{{(variant % 2 == 0 ? "true" : "false")}},"score":{{variant * 0.37 + 0.5:0.00}},"created":"2024-03-{{variant % 28 + 1:00}}T12:34:56Z","tags":["alpha","beta","gamma-{{variant % 100}}"],"address":{"street":"{{variant}} Main Street","city":"Springfield","zip":"{{variant * 7:00000}}","place":{"latitude":{{variant % 90 + 0.123}},"longitude":{{-(variant % 180) - 0.456}}} },"manager":null,"notes":"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor {{variant}}"}
        """));
}
