using System.Globalization;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>What servers do instead of responding, each when a request has been read.</summary>
internal static class NetworkFaults
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string UntilTheEnd = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    private const string Start = """[{"id":""";
    private const int Megabytes = 10;

    /// <summary>By name: what is sent before the connection is closed, or reset where the name begins so.</summary>
    private static readonly Dictionary<string, string> s_sent = new(StringComparer.Ordinal)
    {
        ["closed before the answer"] = "",
        ["reset before the answer"] = "",
        ["closed within the status"] = "HTTP/1.1 20",
        ["closed within the headers"] = "HTTP/1.1 200 OK\r\nContent-Le",
        ["reset within the headers"] = "HTTP/1.1 200 OK\r\nContent-Le",
        ["closed before the body"] = RawResponse.Ok("", length: 1000),
        ["closed within the body"] = RawResponse.Ok(Start, length: 1000),
        ["reset within the body"] = RawResponse.Ok(Start, length: 1000),
        ["reset within a body that says no length"] = UntilTheEnd + Start,
        ["closed within a body that says no length"] = UntilTheEnd + Start,
        ["closed within a chunk"] = $"{Chunked}ff\r\n{Start}",
        ["closed before the last chunk"] = $"{Chunked}{Chunk(Start)}",
        ["a chunk whose size is no number"] = $"{Chunked}zz\r\n{Start}",
        ["a chunk whose size is beyond all numbers"] = $"{Chunked}{new string('f', 40)}\r\n{Start}",
        ["a chunk that is longer than its size"] = $"{Chunked}3\r\n{Start}\r\n0\r\n\r\n",
        ["no HTTP"] = "SSH-2.0-OpenSSH_9.6\r\n",
        ["a header that is none"] = "HTTP/1.1 200 OK\r\nNo header\r\n\r\n",
        ["no gzip"] = Packed("gzip"),
        ["no brotli"] = Packed("br"),
        ["no deflate"] = Packed("deflate"),
        ["a header without an end"] = "HTTP/1.1 200 OK\r\nX-Long: ",
        ["headers without an end"] = "HTTP/1.1 200 OK\r\n",
        ["trailers without an end"] = $"{Chunked}0\r\n",
    };

    public static IEnumerable<string> Names => s_sent.Keys;

    public static async Task CommitAsync(string name, Talk talk)
    {
        await talk.SendAsync(s_sent[name]);
        if (name.EndsWith("without an end", StringComparison.Ordinal)) await NeverEndAsync(talk, s_sent[name].EndsWith('\n') ? "X-Many: {0}\r\n" : "{0}");
        if (name.StartsWith("reset", StringComparison.Ordinal)) talk.Reset();
    }

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    /// <summary>As the header says it is not.</summary>
    private static string Packed(string coding) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n{new string('~', 1000)}";

    private static async Task NeverEndAsync(Talk talk, string piece)
    {
        var kilobyte = string.Format(CultureInfo.InvariantCulture, piece, new string('x', 1024));
        for (var sent = 0; sent < Megabytes * 1024; sent++) await talk.SendAsync(kilobyte);
    }
}
