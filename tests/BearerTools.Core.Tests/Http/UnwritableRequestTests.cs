using System.IO.Compression;
using System.Net;
using System.Text;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Retrying;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

/// <summary>A request that cannot be written is no fault of the connection: it is refused at once and never retried.</summary>
public sealed class UnwritableRequestTests
{
    public static TheoryData<string> Places => ["header", "user agent", "cookie", "content type", "header as it is"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_header_value_that_cannot_be_written_is_refused_before_anything_is_sent(string place)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var cookies = new CookieContainer();
        if (place == "cookie") cookies.Add(new Cookie("name", "Grüße", "/", "127.0.0.1"));
        var messages = new SendOptions { UserAgent = place == "user agent" ? "Grüße" : null, SkipHeaderValidation = place == "header as it is" };
        using var wire = new Wire(messages: messages, cookies: cookies, retries: new RetryPolicy());
        var body = new BytesBody("x"u8.ToArray(), place == "content type" ? "text/Grüße" : "text/plain");

        var error = await wire.FailAsync(Wire.Post(server.At("/"), body) with { Headers = place.StartsWith("header", StringComparison.Ordinal) ? [new("X-Name", "Grüße")] : [] });

        Assert.Equal(("HeaderRefused", BearerErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("other than ASCII", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Grüße", Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.DoesNotContain("attempts", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.Equal(1, wire.Attempts);
    }

    [Fact]
    public async Task A_cookie_of_a_server_that_could_not_be_sent_back_does_not_break_the_session()
    {
        var seen = new List<string>();
        await using var server = new SocketServer(async talk =>
        {
            while (await talk.ReadAsync() is { } request)
            {
                seen.Add(request);
                await talk.Stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: name=Grüße\r\nSet-Cookie: session=s1\r\n\r\n"));
            }
        });
        using var wire = new Wire(cookies: new CookieContainer());

        (await wire.SendAsync(Wire.Get(server.At("/1")))).Dispose();
        (await wire.SendAsync(Wire.Get(server.At("/2")))).Dispose();

        Assert.Contains("Cookie: session=s1\r\n", seen[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_content_length_is_named_as_the_cause()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Post(server.At("/"), new BytesBody("1234567890"u8.ToArray(), null)) with { Headers = [new("content-length", "5")] });

        Assert.Equal(("ContentLengthWrong", BearerErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("says 5, but the body has 10 bytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("50")]
    public async Task A_content_length_that_proves_wrong_only_while_sending_is_not_retried(string length)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(retries: new RetryPolicy());
        await using var body = new DeflateStream(new MemoryStream(Deflated("1234567890")), CompressionMode.Decompress);

        var error = await wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(body, null)) with { Headers = [new("Content-Length", length)] });

        Assert.Equal("ContentLengthWrong", error.ErrorId);
        Assert.Equal(1, wire.Attempts);
    }

    [Fact]
    public async Task A_correct_content_length_is_sent()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        (await wire.SendAsync(Wire.Post(server.At("/"), new BytesBody("1234567890"u8.ToArray(), null)) with { Headers = [new("Content-Length", "10")] })).Dispose();

        Assert.Equal("10", Assert.Single(server.Requests).Headers["Content-Length"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_cannot_be_read_is_named_as_the_body(bool isClosed)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(retries: new RetryPolicy());
        using Stream body = isClosed ? new MemoryStream("x"u8.ToArray()) : new BrokenStream();
        if (isClosed) await body.DisposeAsync();

        var error = await wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(body, null)) with { Method = HttpMethod.Put });

        Assert.Equal(("BodyUnreadable", BearerErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("stream that was given as the body", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, wire.Attempts);
    }

    [Fact]
    public async Task A_body_in_chunks_with_HTTP_1_0_is_named_as_the_cause()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { HttpVersion = HttpVersion.Version10, TransferEncoding = "chunked" }, retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Post(server.At("/")));

        Assert.Equal(("RequestNotWritable", BearerErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Equal(1, wire.Attempts);
    }

    private static byte[] Deflated(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new DeflateStream(packed, CompressionLevel.Fastest)) stream.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>A stream of another source that breaks while it is read.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The disk is gone.");
    }
}
