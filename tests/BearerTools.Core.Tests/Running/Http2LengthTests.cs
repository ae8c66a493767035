using System.IO.Compression;
using System.Net;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>Bodies that are shorter or longer than their Content-Length, over HTTP/2 (RFC 9113 section 8.1.1).</summary>
public sealed class Http2LengthTests
{
    private int _requests;

    [Theory]
    [InlineData("7", null, null)]
    [InlineData(null, null, null)]
    [InlineData("100", "ConnectionFailed", "7 of 100 bytes arrived")]
    [InlineData("3", "MalformedResponse", "longer than the 3 bytes")]
    [InlineData("0", "MalformedResponse", "longer than the 0 bytes")]
    public async Task A_body_is_as_long_as_its_head_says(string? length, string? errorId, string? says)
    {
        await using var server = Serving((http, stream) => http.RespondAsync(stream, """{"n":1}""", length: length));

        foreach (var asText in new[] { false, true })
        {
            var error = await ErrorAsync(server, "GET", asText);

            Assert.Equal(errorId, error?.ErrorId);
            if (says is not null) Assert.Contains(says, error!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", 8, "ConnectionFailed")]
    [InlineData("POST", 8, "ConnectionFailed")]
    [InlineData("HEAD", 8, null)]
    [InlineData("GET", 9, null)]
    public async Task A_response_without_a_body_is_short_only_if_it_should_have_one(string method, byte status, string? errorId)
    {
        await using var server = Serving((http, stream) => http.RespondAsync(stream, "", length: "100", status: status));

        Assert.Equal(errorId, (await ErrorAsync(server, method))?.ErrorId);
    }

    [Fact]
    public async Task A_truncated_response_is_requested_again()
    {
        await using var server = Serving((http, stream) => http.RespondAsync(stream, """{"n":1}""", length: _requests == 1 ? "100" : "7"));
        using var wire = NewWire(new RetryPolicy());
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Retries = wire.Retries, IncludeResponse = true };
        using var runner = new Runner(new RunnerLimits(1));

        var items = await runner.RunAllAsync([new RequestJob(run, Wire.Get(server.At("/")))]).Soon();

        Assert.Equal(2, _requests);
        Assert.DoesNotContain(items, item => item.Value is JobFailure);
    }

    [Fact]
    public async Task A_truncated_file_is_kept_as_a_part()
    {
        using var folder = new TestFolder();
        await using var server = Serving((http, stream) => http.RespondAsync(stream, "1234567", length: "100"));
        using var wire = NewWire();
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default);
        using var runner = new Runner(new RunnerLimits(1));

        var items = await runner.RunAllAsync([new DownloadJob(run, Wire.Get(server.At("/")), new OutTarget(folder.At("a.bin"), new OutFiles()))]).Soon();

        var error = Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(Assert.Single(items).Value).Error);
        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("7 bytes are saved in", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], folder.Names);
        Assert.Equal("1234567", File.ReadAllText(folder.At("a.bin.bearertools-part")));
    }

    [Fact]
    public async Task The_bytes_of_the_compressed_body_count()
    {
        using var packed = new MemoryStream();
        await using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(new byte[10_000]);
        using var response = new HttpResponseMessage { Version = HttpVersion.Version20, Content = new ByteArrayContent(packed.ToArray()) };
        response.Content.Headers.ContentEncoding.Add("gzip");
        response.Content.Headers.ContentLength = packed.Length;

        BearerTools.Http.Bodies.MeasuredContent.Apply(response, HttpMethod.Get);
        BearerTools.Http.Bodies.Decompression.Apply(response);

        Assert.Equal(new byte[10_000], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("2.0", true)]
    [InlineData("3.0", true)]
    public void Over_HTTP_1_the_runtime_compares(string version, bool isMeasured)
    {
        using var content = new ByteArrayContent([]);
        using var response = new HttpResponseMessage { Version = Version.Parse(version), Content = content };

        BearerTools.Http.Bodies.MeasuredContent.Apply(response, HttpMethod.Get);

        Assert.Equal(isMeasured, response.Content != content);
    }

    private static Wire NewWire(RetryPolicy? retries = null) => new(messages: new SendOptions { HttpVersion = HttpVersion.Version20 }, retries: retries);

    private static async Task<BearerRequestException?> ErrorAsync(SocketServer server, string method, bool asText = false)
    {
        using var wire = NewWire();
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Form = asText ? BodyForm.Text : BodyForm.Parsed };
        using var runner = new Runner(new RunnerLimits(1));
        var request = method == "POST" ? Wire.Post(server.At("/")) : Wire.Get(server.At("/")) with { Method = new HttpMethod(method) };
        var items = await runner.RunAllAsync([new RequestJob(run, request)]).Soon();
        return items.Select(item => (item.Value as JobFailure)?.Error).SingleOrDefault(error => error is not null) as BearerRequestException;
    }

    private SocketServer Serving(Func<Http2Talk, int, Task> responses) => new(async talk =>
    {
        var http = new Http2Talk(talk);
        await http.OpenAsync();
        while (await http.ReadAsync() is { } stream)
        {
            Interlocked.Increment(ref _requests);
            await responses(http, stream);
        }
    });
}
