using System.IO.Compression;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Connecting;

/// <summary>Servers close idle connections, some only when the next request comes. A request that must not be repeated is lost with them.</summary>
public sealed class IdleConnectionTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly Wire _wire;
    private int _requests;

    public IdleConnectionTests() => _wire = new Wire(clock: _clock);

    public void Dispose() => _wire.Dispose();

    [Fact]
    public async Task Posts_with_pauses_never_meet_a_connection_that_the_server_closes_because_it_was_idle()
    {
        await using var server = Serving(maxIdle: TimeSpan.FromSeconds(1));

        for (var n = 0; n < 40; n++)
        {
            using (var response = await _wire.SendAsync(Wire.Post(server.At("/")))) Assert.True(response.IsSuccess);
            _clock.Advance(TimeSpan.FromSeconds(1.1));
        }

        Assert.Equal(40, _requests);
        Assert.Equal(40, server.Accepted);
        Assert.Contains(_wire.Lines, line => line.Contains("the connection was idle, so another one is used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_post_without_a_body_gets_a_new_connection_too()
    {
        await using var server = Serving(maxIdle: TimeSpan.FromSeconds(1));

        for (var n = 0; n < 3; n++)
        {
            (await _wire.SendAsync(Wire.Post(server.At("/")) with { Body = null })).Dispose();
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(3, server.Accepted);
    }

    [Theory]
    [InlineData("POST", 0.9)]
    [InlineData("DELETE", 0.9)]
    [InlineData("GET", 100)]
    public async Task Other_requests_use_the_connection_again(string method, double idleSeconds)
    {
        await using var server = Serving(maxIdle: TimeSpan.MaxValue);

        for (var n = 0; n < 5; n++)
        {
            (await _wire.SendAsync(Wire.Post(server.At("/")) with { Method = new HttpMethod(method) })).Dispose();
            _clock.Advance(TimeSpan.FromSeconds(idleSeconds));
        }

        Assert.Equal((5, 1), (_requests, server.Accepted));
    }

    [Fact]
    public async Task A_slow_response_does_not_make_a_connection_idle()
    {
        await using var server = Serving(maxIdle: TimeSpan.MaxValue, latency: TimeSpan.FromSeconds(5));

        for (var n = 0; n < 3; n++) (await _wire.SendAsync(Wire.Post(server.At("/")))).Dispose();

        Assert.Equal((3, 1), (_requests, server.Accepted));
    }

    [Fact]
    public async Task A_body_that_can_be_read_only_once_is_never_lost_to_the_check()
    {
        await using var server = Serving(maxIdle: TimeSpan.MaxValue);
        (await _wire.SendAsync(Wire.Post(server.At("/")))).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await using var body = new DeflateStream(new MemoryStream([0x03, 0x00]), CompressionMode.Decompress);

        (await _wire.SendAsync(Wire.Post(server.At("/"), new StreamBody(body, null)) with { Headers = [new("Content-Length", "0")] })).Dispose();

        Assert.Equal((2, 1), (_requests, server.Accepted));
    }

    [Fact]
    public async Task Clients_of_authorities_get_a_new_connection_too()
    {
        await using var server = Serving(maxIdle: TimeSpan.FromSeconds(1));
        using var client = new HttpMessageInvoker(HttpHandlerFactory.ForClients(time: _clock));

        for (var n = 0; n < 3; n++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, server.At("/")) { Content = new StringContent("grant_type=x") };
            using (var response = await client.SendAsync(message, default).Soon()) Assert.True(response.IsSuccessStatusCode);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(3, server.Accepted);
    }

    [Fact]
    public async Task A_post_that_the_server_closed_the_connection_under_says_so_and_that_it_may_have_been_processed()
    {
        await using var server = new SocketServer(talk => talk.ReadAsync());

        var error = await _wire.FailAsync(Wire.Post(server.At("/")));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("The server closed it before the response was complete", error.Message, StringComparison.Ordinal);
        Assert.Contains("may have processed the request", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("HEAD", 2)]
    [InlineData("DELETE", 1)]
    [InlineData("PUT", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("PURGE", 1)]
    public async Task A_request_that_the_server_reads_and_does_not_respond_to_is_sent_as_often_as_the_rules_say(string method, int times)
    {
        await using var server = new SocketServer(async talk =>
        {
            for (var n = 0; await talk.ReadAsync() is { } request; n++)
            {
                if (request.StartsWith(method, StringComparison.Ordinal) && request.Contains(" /bad", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _requests);
                    return;
                }

                await talk.SendAsync(RawResponse.Ok("{}"));
            }
        });
        // Several connections that can be used again.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await _wire.SendAsync(Wire.Get(server.At("/")))).Dispose()));

        var error = await _wire.FailAsync(Wire.Get(server.At("/bad")) with { Method = new HttpMethod(method) });

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Equal(times, _requests);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Without_keep_alive_no_connection_is_used_twice_even_if_the_server_would(string method)
    {
        await using var server = Serving(maxIdle: TimeSpan.MaxValue);
        using (var wire = new Wire(messages: new SendOptions { ClosesConnection = true }))
        {
            for (var n = 0; n < 3; n++)
            {
                (await wire.SendAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod(method) })).Dispose();
                await server.UntilClosedAsync();
            }
        }

        Assert.Equal((3, 3), (_requests, server.Accepted));
    }

    [Theory]
    [InlineData("GET", "close", false)]
    [InlineData("POST", "Close", false)]
    [InlineData("GET", "keep-alive, close", true)]
    public async Task A_connection_is_not_used_again_after_a_request_whose_header_closes_it(string method, string value, bool asIs)
    {
        await using var server = Serving(maxIdle: TimeSpan.MaxValue);
        using (var wire = new Wire(messages: new SendOptions { SkipHeaderValidation = asIs }))
        {
            foreach (var headers in new KeyValuePair<string, string>[][] { [], [new("Connection", value)], [new("Connection", value)], [] })
                (await wire.SendAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod(method), Headers = headers })).Dispose();
        }

        // The first and the last one share a connection.
        Assert.Equal((4, 3), (_requests, server.Accepted));
    }

    /// <summary>Closes a connection when a request comes after it was idle, without a response.</summary>
    private SocketServer Serving(TimeSpan maxIdle, TimeSpan latency = default) => new(async talk =>
    {
        var last = _clock.GetUtcNow();
        while (await talk.ReadAsync() is not null)
        {
            if (_clock.GetUtcNow() - last > maxIdle) return;
            _requests++;
            _clock.Advance(latency);
            last = _clock.GetUtcNow();
            await talk.SendAsync(RawResponse.Ok("{}"));
        }
    });
}
