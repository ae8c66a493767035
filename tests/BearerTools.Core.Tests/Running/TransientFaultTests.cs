using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>What a fault of one input means for it and for the others.</summary>
public sealed class TransientFaultTests
{
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <summary>Each fault, the error it is, and whether what does no harm is tried again.</summary>
    public static TheoryData<string, string, bool> Faults
    {
        get
        {
            var faults = new TheoryData<string, string, bool>();
            foreach (var name in NetworkFaults.Names)
            {
                var error = name switch
                {
                    "closed within a body that says no length" => "InvalidJson", // Nothing else tells that it is not all of it.
                    _ when name.StartsWith("closed", StringComparison.Ordinal) || name.StartsWith("reset", StringComparison.Ordinal) => "ConnectionFailed",
                    _ when name.EndsWith("without an end", StringComparison.Ordinal) => "HeadersTooLarge",
                    _ => "MalformedResponse",
                };
                faults.Add(name, error, error == "ConnectionFailed");
            }

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_one_input_is_its_error_in_input_order_and_the_others_get_their_responses(string fault, string errorId, bool triesAgain)
    {
        await using var server = Serving(talk => NetworkFaults.CommitAsync(fault, talk));
        using (var wire = new Wire(retries: new RetryPolicy()))
        {
            var error = SingleFailure(await RunAsync(wire, Wire.Get, server.At("/1"), server.At("/bad"), server.At("/2"), server.At("/3")), at: 1);

            Assert.Equal(errorId, error.ErrorId);
            Assert.NotNull(error.NextStep);
            Assert.Equal(errorId == "ConnectionFailed" ? BearerErrorKind.Connection : BearerErrorKind.InvalidData, error.Kind);
            // More where a kept connection may just have been closed: the handler tells that apart.
            Assert.True(triesAgain ? _seen["/bad"] >= 3 : _seen["/bad"] == 1, $"It was tried {_seen["/bad"]} times.");
        }

        await server.UntilClosedAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_request_that_is_not_idempotent_is_not_repeated_when_its_response_is_lost(string fault, string errorId, bool triesAgain)
    {
        _ = triesAgain;
        await using var server = Serving(talk => NetworkFaults.CommitAsync(fault, talk));
        using var wire = new Wire(retries: new RetryPolicy());

        var items = await RunAsync(wire, address => Wire.Post(address), server.At("/1"), server.At("/bad"), server.At("/2"), server.At("/3"));

        Assert.Equal(errorId, SingleFailure(items, at: 1).ErrorId);
        Assert.Equal((1, 1, 1, 1), (_seen["/1"], _seen["/bad"], _seen["/2"], _seen["/3"]));
    }

    [Theory]
    [InlineData("closed", "ConnectionFailed")]
    [InlineData("reset", "ConnectionFailed")]
    [InlineData("malformed", "MalformedResponse")]
    public async Task Complete_rows_are_written_before_the_error_and_not_requested_again(string fault, string errorId)
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Serving(async talk =>
        {
            await talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n[{\"id\":1},{\"id\":2},\r\n");
            // A reset may overtake what was sent before it.
            await given.Task;
            if (fault == "malformed") await talk.SendAsync("zz\r\n{\"id\":3}]\r\n0\r\n\r\n");
            if (fault == "reset") talk.Reset();
        });
        using var wire = new Wire(retries: new RetryPolicy());
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new RequestJob(Run(wire), Wire.Get(server.At("/bad"))));

        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["""{"id":1}""", """{"id":2}"""], runner.Take().Rows());
        given.SetResult();

        Assert.Equal(errorId, Failure(Assert.Single(await runner.RunAllAsync([]).Soon())).ErrorId);
        Assert.Equal(1, _seen["/bad"]);
    }

    [Theory]
    [InlineData("GET", 3)]
    [InlineData("POST", 1)]
    public async Task Headers_that_trickle_in_end_at_their_timeout(string method, int tries)
    {
        var clock = new TestClock();
        var dripped = new SemaphoreSlim(0);
        await using var server = Serving(async talk =>
        {
            await talk.SendAsync("HTTP/1.1 200 OK\r\n");
            for (var drop = 0; ; drop++)
            {
                await talk.SendAsync($"X-Drop: {drop}\r\n");
                if (drop == 3) dripped.Release();
                if (drop >= 3) await Task.Delay(20, talk.End);
            }
        });
        using var wire = new Wire(retries: new RetryPolicy(), messages: new SendOptions { ResponseTimeout = TimeSpan.FromSeconds(30), Time = clock });

        // One after the other: the clock is that of both.
        var running = RunAsync(wire, address => Wire.Get(address) with { Method = new HttpMethod(method) }, 1, server.At("/bad"), server.At("/1"));
        for (var tried = 0; tried < tries; tried++)
        {
            await dripped.WaitAsync().Soon();
            clock.Advance(TimeSpan.FromSeconds(31));
        }

        var items = await running;
        Assert.Equal("ResponseTimeout", Failure(items[0]).ErrorId);
        Assert.Equal(["""{"id":1}"""], items.Rows());
        Assert.Equal(tries, _seen["/bad"]);
        wire.Dispose();
        await server.UntilClosedAsync();
    }

    [Fact]
    public async Task A_response_that_stalls_before_its_first_row_is_requested_again()
    {
        var clock = new TestClock();
        await using var server = Serving(async talk =>
        {
            await talk.SendAsync(RawResponse.Ok(_seen["/bad"] == 1 ? """[{"id":""" : """[{"id":9}]""", length: 10));
            await talk.HangAsync();
        });
        using var wire = new Wire(retries: new RetryPolicy(), messages: new SendOptions { ReadTimeout = TimeSpan.FromSeconds(30), Time = clock });

        var running = RunAsync(wire, Wire.Get, server.At("/bad"));
        while (_seen.GetValueOrDefault("/bad") < 2)
        {
            await clock.UntilWaiting().Soon();
            clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(["""{"id":9}"""], (await running).Rows());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handshake_that_breaks_off_is_tried_again_whatever_the_method(bool reset)
    {
        await using var server = new SocketServer(async talk =>
        {
            await talk.Stream.ReadAtLeastAsync(new byte[5], 5);
            if (reset) talk.Reset();
        });
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Post(server.At("/", "https")));

        Assert.Equal(("TlsFailed", BearerErrorKind.Connection, 3), (error.ErrorId, error.Kind, server.Accepted));
    }

    [Fact]
    public async Task An_abandoned_handshake_ends_at_once_and_another_request_gets_its_own()
    {
        using var certificate = TestCertificate.Create();
        var greeted = new SemaphoreSlim(0);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new SocketServer(async talk =>
        {
            if (talk.Number == 1)
            {
                greeted.Release();
                try
                {
                    await talk.HangAsync();
                }
                finally
                {
                    gone.SetResult();
                }

                return;
            }

            var tls = new SslStream(talk.Stream);
            talk.Stream = tls;
            await tls.AuthenticateAsServerAsync(certificate);
            if (await talk.ReadAsync() is not null) await talk.SendAsync(RawResponse.Ok("{}"));
        });
        using var wire = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true });
        using var stop = new CancellationTokenSource();

        var stopped = wire.SendAsync(Wire.Get(server.At("/", "https")), stop.Token);
        await greeted.WaitAsync().Soon();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.Soon());
        // The handler by itself would go on for five seconds, and then end it too.
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(4));
        using (await wire.SendAsync(Wire.Get(server.At("/", "https")))) { }
        // The handler may open one more while it gives the first one up.
        Assert.InRange(server.Accepted, 2, 3);
    }

    [Fact]
    public async Task A_connection_over_TLS_that_is_cut_within_the_body_is_an_error_after_the_rows_that_are_whole()
    {
        using var certificate = TestCertificate.Create();
        await using var server = Serving(talk => talk.SendAsync(RawResponse.Ok("""[{"id":1},{"id":""", length: 1000)), certificate);
        using var wire = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true }, retries: new RetryPolicy());

        var items = await RunAsync(wire, Wire.Get, server.At("/bad", "https"), server.At("/2", "https"));

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], items.Rows());
        Assert.Equal("ConnectionFailed", Failure(items[1]).ErrorId);
    }

    [Fact]
    public async Task A_host_name_that_is_not_found_is_looked_up_again_for_every_method()
    {
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Post(new Uri("https://no-such-host.invalid/")));

        Assert.Equal(("HostNotFound", BearerErrorKind.Connection, 3), (error.ErrorId, error.Kind, wire.Attempts));
    }

    [Fact]
    public async Task A_thousand_redirects_are_followed_if_the_caller_says_so_and_else_are_an_error()
    {
        await using var server = Serving(talk => Task.CompletedTask);
        using var patient = new Wire(redirects: new RedirectRules { MaxHops = 1000 });
        using var wire = new Wire(retries: new RetryPolicy());

        Assert.Equal(["""{"id":0}"""], (await RunAsync(patient, Wire.Get, server.At("/r/1000"))).Rows());
        _seen.Clear();
        Assert.Equal("TooManyRedirects", SingleFailure(await RunAsync(wire, Wire.Get, server.At("/1"), server.At("/r/1000"), server.At("/2"), server.At("/3")), at: 1).ErrorId);
        Assert.Equal(51 + 3, _seen.Values.Sum());
    }

    [Fact]
    public async Task A_server_restart_fails_only_requests_under_way_that_are_not_idempotent()
    {
        var clock = new TestClock();
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Serving(talk =>
        {
            down.SetResult();
            return talk.HangAsync();
        });
        using var wire = new Wire(retries: new RetryPolicy { Interval = TimeSpan.FromSeconds(5) }, clock: clock);

        var running = RunAsync(wire, Any, 1, first.At("/1"), first.At("/post/2"), first.At("/bad"), first.At("/post/4"), first.At("/5"));
        await down.Task.Soon();
        var port = first.Port;
        await first.DisposeAsync();
        // No server listens: the wait before the second attempt has begun.
        await clock.UntilWaiting().Soon();
        await using var second = Serving(talk => talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"id\":3}"), port: port);
        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["""{"id":1}""", """{"id":2}""", """{"id":3}""", """{"id":4}""", """{"id":5}"""], (await running).Rows());
        Assert.Equal((1, 1, 2), (_seen["/post/2"], _seen["/post/4"], _seen["/bad"]));
    }

    [Fact]
    public async Task A_request_that_is_not_idempotent_fails_when_the_server_ends_and_the_next_waits_for_the_server()
    {
        var clock = new TestClock();
        var first = Serving(talk => Task.CompletedTask);
        using var wire = new Wire(retries: new RetryPolicy { Interval = TimeSpan.FromSeconds(5) }, clock: clock);

        (await wire.SendAsync(Wire.Post(first.At("/1")))).Dispose();
        Assert.Equal("ConnectionFailed", (await wire.FailAsync(Wire.Post(first.At("/bad")))).ErrorId);
        var port = first.Port;
        await first.DisposeAsync();
        var next = RunAsync(wire, address => Wire.Post(address), new Uri($"http://127.0.0.1:{port}/3"));
        await clock.UntilWaiting().Soon();
        await using var second = Serving(talk => Task.CompletedTask, port: port);
        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["""{"id":3}"""], (await next).Rows());
        Assert.Equal((1, 1, 1), (_seen["/1"], _seen["/bad"], _seen["/3"]));
    }

    /// <summary>Responds with the last part of the address; requests to /bad fail, and /r/N redirects N times.</summary>
    private SocketServer Serving(Func<Talk, Task> bad, X509Certificate2? certificate = null, int port = 0) => new(
        async talk =>
        {
            if (certificate is not null)
            {
                var tls = new SslStream(talk.Stream);
                talk.Stream = tls;
                await tls.AuthenticateAsServerAsync(certificate);
            }

            while (await talk.ReadAsync() is { } request)
            {
                var path = request.Split(' ')[1];
                _seen.AddOrUpdate(path, 1, (_, count) => count + 1);
                if (path == "/bad")
                {
                    await bad(talk);
                    return;
                }

                var id = path.Split('/')[^1];
                await talk.SendAsync(path.StartsWith("/r/", StringComparison.Ordinal) && id != "0"
                    ? $"HTTP/1.1 302 Found\r\nLocation: /r/{int.Parse(id, CultureInfo.InvariantCulture) - 1}\r\nContent-Length: 0\r\n\r\n"
                    : RawResponse.Ok($$"""{"id":{{id}}}"""));
            }
        },
        port);

    private static RequestTemplate Any(Uri address) => address.AbsolutePath.StartsWith("/post", StringComparison.Ordinal) ? Wire.Post(address) : Wire.Get(address);

    private static RequestRun Run(Wire wire) => new(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Retries = wire.Retries };

    private static Task<List<RunItem>> RunAsync(Wire wire, Func<Uri, RequestTemplate> template, params Uri[] addresses) => RunAsync(wire, template, 2, addresses);

    private static async Task<List<RunItem>> RunAsync(Wire wire, Func<Uri, RequestTemplate> template, int atOnce, params Uri[] addresses)
    {
        var run = Run(wire);
        using var runner = new Runner(new RunnerLimits(atOnce));
        return await runner.RunAllAsync(addresses.Select(address => new RequestJob(run, template(address)))).Soon();
    }

    /// <summary>The only failure among rows 1, 2 and 3.</summary>
    private static BearerRequestException SingleFailure(List<RunItem> items, int at)
    {
        Assert.Equal(["""{"id":1}""", """{"id":2}""", """{"id":3}"""], items.Rows());
        Assert.Equal(4, items.Count);
        return Failure(items[at]);
    }

    private static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);
}
