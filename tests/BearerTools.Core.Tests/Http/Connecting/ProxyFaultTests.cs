using BearerTools.Http.Connecting;
using BearerTools.Http.Retrying;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Connecting;

public sealed class ProxyFaultTests
{
    private int _asked;

    [Theory]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 3, "POST")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 3, "GET")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 1, "GET")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 1, "GET")]
    public async Task A_proxy_that_makes_no_tunnel_is_named_and_tried_again_where_that_may_help(string response, int tries, string method)
    {
        await using var proxy = Serving(talk => talk.SendAsync(response));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri("https://api.invalid/")) with { Method = new HttpMethod(method) });

        Assert.Equal(("ProxyFailed", BearerErrorKind.Connection), (error.ErrorId, error.Kind));
        Assert.Contains("Check the proxy", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(tries, _asked);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task A_tunnel_that_ends_before_anything_went_through_is_made_again(string method)
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 200 OK\r\n\r\n"));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri("https://api.invalid/")) with { Method = new HttpMethod(method) });

        Assert.Equal(("TlsFailed", 3), (error.ErrorId, _asked));
    }

    [Theory]
    [InlineData("POST", "http", 1)]
    [InlineData("GET", "http", 3)]
    [InlineData("POST", "https", 1)]
    [InlineData("GET", "https", 3)]
    public async Task A_request_under_way_when_the_proxy_fails_may_have_taken_effect(string method, string scheme, int tries)
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Len"));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri($"{scheme}://api.invalid/")) with { Method = new HttpMethod(method) });

        Assert.Equal(("ConnectionFailed", tries), (error.ErrorId, _asked));
    }

    [Fact]
    public async Task A_proxy_that_comes_back_is_used_again_whatever_the_method()
    {
        var clock = new TestClock();
        var first = Serving(talk => talk.SendAsync(RawResponse.Ok("{}")));
        using var wire = Through(first, clock);
        (await wire.SendAsync(Wire.Post(new Uri("http://api.invalid/")))).Dispose();
        var port = first.Port;
        await first.DisposeAsync();

        var sending = wire.SendAsync(Wire.Post(new Uri("http://api.invalid/")));
        await clock.UntilWaiting().Soon();
        await using var second = Serving(talk => talk.SendAsync(RawResponse.Ok("{}")), port);
        clock.Advance(TimeSpan.FromSeconds(6));

        using (await sending.Soon()) { }
        Assert.Equal(2, _asked);
        Assert.Contains(wire.Lines, line => line.Contains("cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_reached_is_named_even_on_the_same_machine_as_the_api()
    {
        await using var api = Serving(talk => talk.SendAsync(RawResponse.Ok("{}")));
        var proxy = Serving(_ => Task.CompletedTask);
        var address = proxy.At("/");
        await proxy.DisposeAsync();
        using var wire = new Wire(connections: new HandlerOptions { Proxy = new ExplicitProxy(address) });

        var error = await wire.FailAsync(api.At("/"));

        Assert.Equal(("ProxyFailed", 0), (error.ErrorId, _asked));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Contains($":{address.Port}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    public async Task A_proxy_that_refuses_credentials_is_not_said_to_need_some(string scheme)
    {
        await using var proxy = new SocketServer(async talk =>
        {
            while (await talk.ReadAsync() is not null)
                await talk.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n");
        });
        var credentials = new System.Net.NetworkCredential("proxy-user", Guid.NewGuid().ToString());
        using var wire = new Wire(allowUnencrypted: true, connections: new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/"), credentials) });

        var error = await wire.FailAsync(new Uri($"{scheme}://api.invalid/"));

        Assert.DoesNotContain("Pass them", error.NextStep, StringComparison.Ordinal);
        Assert.Contains(scheme == "https" ? "was given the user name 'proxy-user'" : "refused the credentials", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_lost_behind_a_proxy_names_the_proxy()
    {
        await using var proxy = Serving(_ => Task.CompletedTask);
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri("https://api.invalid/")));

        Assert.Contains($"through the proxy http://127.0.0.1:{proxy.Port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_wants_credentials_for_plain_http_is_named()
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(new Uri("http://api.invalid/"));

        Assert.Equal(("HttpStatus407", BearerErrorKind.Authentication), (error.ErrorId, error.Kind));
        Assert.Contains("The proxy refused the request", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socks_proxy_that_refuses_is_named_as_the_proxy()
    {
        await using var proxy = new SocketServer(async talk =>
        {
            await talk.Stream.ReadAtLeastAsync(new byte[3], 3);
            // No method is acceptable (RFC 1928 section 3).
            await talk.Stream.WriteAsync(new byte[] { 5, 0xff });
        });
        using var wire = new Wire(allowUnencrypted: true, connections: new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/", "socks5")) });

        var error = await wire.FailAsync(new Uri("http://api.invalid/"));

        Assert.Equal("ProxyFailed", error.ErrorId);
        Assert.Contains("the proxy", error.Message, StringComparison.Ordinal);
    }

    private SocketServer Serving(Func<Talk, Task> response, int port = 0) => new(
        async talk =>
        {
            if (await talk.ReadAsync() is null) return;
            Interlocked.Increment(ref _asked);
            await response(talk);
        },
        port);

    private static Wire Through(SocketServer proxy, TestClock? clock = null) => new(
        allowUnencrypted: true,
        connections: new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/")) },
        retries: new RetryPolicy { Interval = clock is null ? null : TimeSpan.FromSeconds(5) },
        clock: clock);
}
