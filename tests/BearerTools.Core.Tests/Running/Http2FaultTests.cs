using System.IO.Compression;
using System.Net;
using System.Net.Security;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>Streams that are refused, and connections that are closed with a word (RFC 9113 sections 6.8 and 8.7).</summary>
public sealed class Http2FaultTests
{
    private int _begun;
    private int _done;

    [Theory]
    [InlineData("GET", 1)]
    [InlineData("POST", 1)]
    [InlineData("POST", 5)]
    public async Task A_refused_stream_was_not_processed_and_is_sent_again(string method, int times)
    {
        await using var server = Serving(async (http, stream) =>
        {
            if (_begun > times) return true;
            await http.ResetAsync(stream, Http2Talk.Refused);
            return false;
        });
        using var wire = NewWire();

        var items = await RunAsync(wire, method, server, 1);

        Assert.Equal(["""{"n":1}"""], items.Rows());
        Assert.Equal((times + 1, 1), (_begun, _done));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Streams_that_are_always_refused_are_an_error_in_the_end(string method)
    {
        await using var server = Serving(async (http, stream) =>
        {
            await http.ResetAsync(stream, Http2Talk.Refused);
            return false;
        });
        using var wire = NewWire();

        var error = Failure(Assert.Single(await RunAsync(wire, method, server, 1)));

        Assert.Equal(("ConnectionFailed", BearerErrorKind.Connection), (error.ErrorId, error.Kind));
        Assert.Contains("given up after 3 attempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _done);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_not_when_its_stream_is_refused()
    {
        await using var server = Serving(async (http, stream) =>
        {
            await http.ResetAsync(stream, Http2Talk.Refused);
            return false;
        });
        using var wire = NewWire();
        await using var body = new DeflateStream(new MemoryStream(Deflated()), CompressionMode.Decompress);

        var error = await wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(body, null)));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Equal(1, _begun);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_request_that_comes_when_the_server_goes_away_is_sent_over_another_connection(string method)
    {
        await using var server = Serving(async (http, stream) =>
        {
            if (http.Number > 1) return true;
            await http.GoAwayAsync(last: 0);
            return false;
        });
        using var wire = NewWire();

        Assert.Equal(["""{"n":1}""", """{"n":2}""", """{"n":3}"""], (await RunAsync(wire, method, server, 3)).Rows());
        Assert.Equal((3, 2), (_done, server.Accepted));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task After_GOAWAY_accepted_requests_get_their_response_and_later_ones_use_a_new_connection(string method)
    {
        await using var server = Serving(async (http, stream) =>
        {
            if (http.Number == 1) await http.GoAwayAsync(last: stream);
            return true;
        });
        using var wire = NewWire();

        Assert.Equal(["""{"n":1}""", """{"n":2}""", """{"n":3}"""], (await RunAsync(wire, method, server, 3)).Rows());
        Assert.Equal((3, 3, 2), (_begun, _done, server.Accepted));
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("POST", 1)]
    public async Task A_request_that_may_have_taken_effect_is_repeated_only_if_it_is_idempotent(string method, int begun)
    {
        await using var server = Serving(async (http, stream) =>
        {
            if (_begun > 1) return true;
            await http.GoAwayAsync(last: stream, Http2Talk.InternalError);
            throw new IOException("It ends here.");
        });
        using var wire = NewWire();

        var items = await RunAsync(wire, method, server, 1);

        Assert.Equal(method == "GET" ? null : "ConnectionFailed", items[0].Value is JobFailure ? Failure(items[0]).ErrorId : null);
        Assert.Equal(begun, _begun);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task What_an_orderly_server_left_open_is_sent_again_at_once_where_it_does_no_harm_and_counts_as_no_retry(string method)
    {
        await using var server = Serving(async (http, stream) =>
        {
            if (_begun > 1) return true;
            await http.GoAwayAsync(last: stream, Http2Talk.NoError);
            await http.FinishAsync();
            return false;
        });
        using var wire = new Wire(messages: new SendOptions { HttpVersion = HttpVersion.Version20 });

        var items = await RunAsync(wire, method, server, 1);

        // The exception of .NET 8 does not tell an orderly close from a fault, so that it counts as a retry, and this wire has none.
        var isRepeated = method == "GET" && Environment.Version.Major > 8;
        Assert.Equal(isRepeated ? null : "ConnectionFailed", items[0].Value is JobFailure ? Failure(items[0]).ErrorId : null);
        Assert.Equal(isRepeated ? 2 : 1, _begun);
    }

    [Theory]
    [InlineData(1, 1, "bytes")]
    [InlineData(1, 1, "stream")]
    [InlineData(1, 1, "file")]
    [InlineData(100, 0, "bytes")]
    public async Task A_post_whose_body_was_never_asked_for_is_sent_again_at_once_when_the_server_goes_away(int times, int done, string kind)
    {
        using var folder = new TestFolder();
        var path = folder.Write("body", "body"u8);
        using var stream = new MemoryStream("body"u8.ToArray());
        RequestBody? body = kind == "stream" ? new StreamBody(stream, null) : kind == "file" ? new FileBody(path, null) : null;
        await using var server = new SocketServer(async talk =>
        {
            var http = new Http2Talk(talk);
            await http.OpenAsync();
            if (talk.Number <= times)
            {
                // The client waits for the server to want the body.
                await http.GoAwayAsync(last: (await http.ReadAsync(isAll: false))!.Value);
                await http.FinishAsync();
                return;
            }

            while (await http.ReadAsync() is { } stream) await http.RespondAsync(stream, $$"""{"n":{{++_done}}}""");
        });
        using var wire = new Wire(messages: new SendOptions { HttpVersion = HttpVersion.Version20 });

        var error = await Record.ExceptionAsync(async () => (await wire.SendAsync(Wire.Post(server.At("/"), body) with { Headers = [new("Expect", "100-continue")] })).Dispose());

        Assert.Equal((done, 1), (_done, wire.Attempts));
        Assert.Equal(done == 1 ? null : "ConnectionFailed", (error as BearerRequestException)?.ErrorId);
        Assert.InRange(server.Accepted, 2, 20);
    }

    [Fact]
    public async Task A_stream_that_is_reset_within_its_body_is_an_error_after_the_complete_rows_and_the_others_continue()
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Serving(async (http, stream) =>
        {
            if (_begun > 1) return true;
            await http.RespondAsync(stream, """[{"n":1},{"n":""", isAll: false);
            // A reset may overtake what was sent before it.
            await given.Task;
            await http.ResetAsync(stream, Http2Talk.InternalError);
            return false;
        });
        using var wire = NewWire();
        var run = Run(wire);
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new RequestJob(run, Wire.Get(server.At("/"))));
        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["""{"n":1}"""], runner.Take().Rows());
        given.SetResult();

        var items = await runner.RunAllAsync([new RequestJob(run, Wire.Get(server.At("/")))]).Soon();

        Assert.Equal("ConnectionFailed", Failure(items[0]).ErrorId);
        Assert.Equal(["""{"n":1}"""], items.Rows());
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task Over_TLS_it_is_the_same()
    {
        using var certificate = TestCertificate.Create();
        await using var server = Serving(
            async (http, stream) =>
            {
                if (_begun == 1) await http.ResetAsync(stream, Http2Talk.Refused);
                else if (http.Number == 1) await http.GoAwayAsync(last: stream - 2);
                else return true;
                return false;
            },
            talk => AuthenticateAsync(talk, new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }));
        // As without -HttpVersion: the server chooses.
        using var wire = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true }, retries: new RetryPolicy());

        Assert.Equal(["""{"n":1}"""], (await RunAsync(wire, "POST", server, 1, "https")).Rows());
        Assert.Equal((3, 1, 2), (_begun, _done, server.Accepted));
    }

    [Fact]
    public async Task Without_keep_alive_each_request_has_a_connection_of_its_own()
    {
        await using var server = Serving((_, _) => Task.FromResult(true));
        using var wire = new Wire(messages: new SendOptions { HttpVersion = HttpVersion.Version20, ClosesConnection = true });

        Assert.Equal(["""{"n":1}""", """{"n":2}""", """{"n":3}"""], (await RunAsync(wire, "POST", server, 3)).Rows());
        Assert.Equal(3, server.Accepted);
    }

    private static byte[] Deflated()
    {
        using var packed = new MemoryStream();
        using (var stream = new DeflateStream(packed, CompressionLevel.Fastest)) stream.Write("what is sent"u8);
        return packed.ToArray();
    }

    private static async Task AuthenticateAsync(Talk talk, SslServerAuthenticationOptions options)
    {
        var tls = new SslStream(talk.Stream);
        talk.Stream = tls;
        await tls.AuthenticateAsServerAsync(options, talk.End);
    }

    /// <summary>Responds to each request that is to get a response, and counts.</summary>
    /// <param name="responses">Decides what happens to a request; true if it gets a response.</param>
    /// <param name="opens">What comes before.</param>
    private SocketServer Serving(Func<Http2Talk, int, Task<bool>> responses, Func<Talk, Task>? opens = null) => new(async talk =>
    {
        if (opens is not null) await opens(talk);
        var http = new Http2Talk(talk);
        await http.OpenAsync();
        while (await http.ReadAsync() is { } stream)
        {
            Interlocked.Increment(ref _begun);
            if (await responses(http, stream)) await http.RespondAsync(stream, $$"""{"n":{{Interlocked.Increment(ref _done)}}}""");
        }
    });

    /// <summary>Without TLS: both know beforehand what is spoken.</summary>
    private static Wire NewWire() => new(messages: new SendOptions { HttpVersion = HttpVersion.Version20 }, retries: new RetryPolicy());

    private static RequestRun Run(Wire wire) => new(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Retries = wire.Retries };

    /// <summary>One after the other.</summary>
    private static async Task<List<RunItem>> RunAsync(Wire wire, string method, SocketServer server, int count, string scheme = "http")
    {
        var run = Run(wire);
        var address = server.At("/", scheme);
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync(Enumerable.Range(0, count).Select(_ => new RequestJob(run, method == "POST" ? Wire.Post(address) : Wire.Get(address)))).Soon();
    }

    private static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);
}
