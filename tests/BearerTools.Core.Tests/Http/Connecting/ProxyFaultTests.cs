using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Grants;
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
    public async Task A_request_under_way_when_the_proxy_fails_may_have_taken_effect(string method, string scheme, int tries)
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Len"));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri($"{scheme}://api.invalid/")) with { Method = new HttpMethod(method) });

        Assert.Equal(("ConnectionFailed", tries), (error.ErrorId, _asked));
        if (method == "GET") Assert.Contains($"went through the proxy {Name(proxy)}", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 3, "closed the connection before it had responded")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Len", 3, "closed the connection before it had responded")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", 1, "did not respond in HTTP")]
    public async Task A_proxy_that_does_not_respond_to_the_request_for_a_tunnel_is_named_and_not_the_server(
        string response, int tries, string reason)
    {
        await using var proxy = Serving(talk => talk.SendAsync(response));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(Wire.Post(new Uri("https://api.invalid/")));

        // Nothing was sent to the server, so that a POST is sent again too.
        Assert.Equal(("ProxyFailed", tries), (error.ErrorId, _asked));
        Assert.Contains($"the proxy {Name(proxy)} {reason}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Check the proxy", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    public async Task Credentials_that_a_proxy_refuses_are_said_to_have_been_given_with_their_user_name(string scheme)
    {
        var password = Guid.NewGuid().ToString("N");
        var requests = new List<string>();
        await using var proxy = new SocketServer(async talk =>
        {
            while (await talk.ReadAsync() is { } request)
            {
                lock (requests) requests.Add(request);
                await talk.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var wire = new Wire(
            allowUnencrypted: true,
            connections: new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/"), new NetworkCredential("ada", password)) });

        var error = await wire.FailAsync(new Uri($"{scheme}://api.invalid/"));

        Assert.Contains(requests, request => request.Contains("Proxy-Authorization: Basic ", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("did not accept the credentials that were given (user name 'ada')", Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.Contains(Name(proxy), Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.DoesNotContain("requires", Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.DoesNotContain(password, Wire.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_refuses_a_request_to_an_authority_is_named()
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        var options = new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/")) };
        using var http = new HttpMessageInvoker(HttpHandlerFactory.ForClients(options));
        var authority = new OAuthBackchannel(http, TimeProvider.System) { ProxyOf = address => HttpHandlerFactory.ProxyOf(options, address) };

        var error = await Assert.ThrowsAsync<BearerTokenException>(
            () => authority.GetAsync("The authority", new Uri("https://login.invalid/"), EventSink.None, default).Soon());

        Assert.Equal("ProxyFailed", error.ErrorId);
        Assert.Contains($"the proxy {Name(proxy)} refused the connection with status 403", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_drops_the_request_for_a_tunnel_to_an_authority_is_asked_again_whatever_would_be_sent()
    {
        await using var proxy = Serving(_ => Task.CompletedTask);
        var options = new HandlerOptions { Proxy = new ExplicitProxy(proxy.At("/")) };
        using var http = new HttpMessageInvoker(HttpHandlerFactory.ForClients(options));
        var clock = new TestClock();
        var authority = new OAuthBackchannel(http, clock, Timeout.InfiniteTimeSpan, faults: new TransientFaults(() => 0));

        var sending = authority.SendAsync(
            "The login", () => new HttpRequestMessage(HttpMethod.Post, "https://login.invalid/"), Repetition.IfUnsent, EventSink.None, default);
        for (var repeats = 0; repeats < 2; repeats++)
        {
            await Task.WhenAny(sending, clock.UntilWaiting()).Soon();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("ProxyFailed", (await Assert.ThrowsAsync<BearerTokenException>(() => sending.Soon())).ErrorId);
        Assert.Equal(3, _asked);
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

    [Fact]
    public async Task A_proxy_that_wants_credentials_for_plain_http_is_named()
    {
        await using var proxy = Serving(talk => talk.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        using var wire = Through(proxy);

        var error = await wire.FailAsync(new Uri("http://api.invalid/"));

        Assert.Equal(("HttpStatus407", BearerErrorKind.Authentication), (error.ErrorId, error.Kind));
        Assert.Contains($"The proxy {Name(proxy)} refused the request: it requires credentials", error.NextStep, StringComparison.Ordinal);
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

    private static string Name(SocketServer proxy) => $"http://127.0.0.1:{proxy.Port}";

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
