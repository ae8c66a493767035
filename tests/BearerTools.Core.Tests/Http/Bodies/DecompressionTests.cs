using System.IO.Compression;
using System.Text;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http.Bodies;

public sealed class DecompressionTests
{
    private const string Plain = "what the API had to say";

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("deflate as RFC 1951")]
    [InlineData("GZip")]
    [InlineData("br", "gzip")]
    public async Task Compressed_responses_are_read_like_the_originals(params string[] codings)
    {
        await using var server = await OddServer.StartAsync(http => CompressedAsync(http, codings));
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(Plain, await response.Message.Content.ReadAsStringAsync());
        Assert.Empty(response.Message.Content.Headers.ContentEncoding);
        Assert.Equal("text/plain", response.Message.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("deflate as RFC 1951")]
    public async Task A_compressed_response_that_is_cut_off_is_an_error(string coding)
    {
        var text = string.Join(' ', Enumerable.Range(0, 100));
        var whole = Compress(Encoding.UTF8.GetBytes(text), coding);
        var length = 0;
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = coding.Split(' ')[0];
            return http.Response.Body.WriteAsync(whole, 0, length);
        });
        using var wire = new Wire();

        for (length = 1; length < whole.Length; length++)
        {
            using var response = await wire.SendAsync(Wire.Get(server.At("/")));
            var stream = await response.Message.Content.ReadAsStreamAsync();
            using var read = new MemoryStream();
            await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(read)).Soon();
            // And nothing comes that was not there.
            Assert.StartsWith(Encoding.UTF8.GetString(read.ToArray()), text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_response_without_a_body_may_have_a_coding(string coding)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = coding;
            return Task.CompletedTask;
        });
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Empty(await response.Message.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Content_compressed_in_several_members_is_read_to_the_end_of_the_last()
    {
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            foreach (var part in "one ,two ,three".Split(','))
            {
                await http.Response.Body.WriteAsync(Compress(Encoding.UTF8.GetBytes(part), "gzip"));
                await http.Response.Body.FlushAsync();
            }
        });
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal("one two three", await response.Message.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_coding_that_was_not_requested_is_left_undecoded()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = "zstd";
            return OddServer.TextAsync(http, Plain, "text/plain");
        });
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(Plain, await response.Message.Content.ReadAsStringAsync());
        Assert.Equal(["zstd"], response.Message.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Compression_is_asked_for_unless_the_user_asks_for_something_else()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        using (await wire.SendAsync(Wire.Get(server.At("/")))) { }
        using (await wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("accept-encoding", "identity")] })) { }

        Assert.Equal(["gzip, br", "identity"], server.Requests.Select(request => request.Headers["Accept-Encoding"]));
    }

    [Fact]
    public async Task Stored_data_without_a_zlib_header_is_read_too()
    {
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.Response.Headers.ContentEncoding = "deflate";
            // One byte at a time: the beginning tells which form it is.
            foreach (var part in Stored(Plain))
            {
                await http.Response.Body.WriteAsync(new[] { part });
                await http.Response.Body.FlushAsync();
            }
        });
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(Plain, await response.Message.Content.ReadAsStringAsync());
    }

    /// <summary>RFC 1951 section 3.2.4: the last block, not compressed.</summary>
    private static byte[] Stored(string text) => [1, (byte)text.Length, 0, (byte)~text.Length, 0xff, .. Encoding.ASCII.GetBytes(text)];

    private static async Task CompressedAsync(HttpContext http, string[] codings)
    {
        http.Response.ContentType = "text/plain";
        http.Response.Headers.ContentEncoding = string.Join(", ", codings.Select(coding => coding.Split(' ')[0]));
        var body = Encoding.UTF8.GetBytes(Plain);
        foreach (var coding in codings) body = Compress(body, coding);
        await http.Response.Body.WriteAsync(body);
    }

    private static byte[] Compress(byte[] bytes, string coding)
    {
        using var target = new MemoryStream();
        using (Stream coder = coding switch
        {
            "br" => new BrotliStream(target, CompressionLevel.Fastest),
            "deflate as RFC 1951" => new DeflateStream(target, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest),
            _ => new GZipStream(target, CompressionLevel.Fastest),
        }) coder.Write(bytes);
        return target.ToArray();
    }
}
