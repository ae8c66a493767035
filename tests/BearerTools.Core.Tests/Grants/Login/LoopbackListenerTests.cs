using System.Net;
using System.Net.Sockets;
using System.Text;
using BearerTools.Grants.Login;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants.Login;

/// <summary>What browsers and others send to the port of a login.</summary>
public sealed class LoopbackListenerTests : IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task A_connection_that_sends_nothing_blocks_no_other()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);
        using var idle = await ConnectAsync(listener);
        using var half = await ConnectAsync(listener);
        await half.SendAsync("GET / HT"u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, await GetAsync($"{listener.RedirectUri}?good"));
        await run.Soon();
    }

    [Fact]
    public async Task Of_a_flood_of_connections_the_oldest_are_closed_and_the_login_goes_on()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);
        List<Socket> flood = [];
        try
        {
            for (var n = 0; n < 100; n++) flood.Add(await ConnectAsync(listener));

            Assert.Equal(0, await flood[0].ReceiveAsync(new byte[1]).Soon());
            Assert.Equal(HttpStatusCode.OK, await GetAsync($"{listener.RedirectUri}?good"));
            await run.Soon();
        }
        finally
        {
            flood.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_favicon_or_any_other_path_is_not_there_and_the_login_goes_on()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Parse("http://127.0.0.1/callback"));
        var run = Run(listener);
        var root = listener.RedirectUri.Replace("callback", string.Empty, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, await GetAsync($"{root}favicon.ico"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync($"{root}?good"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync($"{root}callback/more?good"));
        Assert.False(run.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"{listener.RedirectUri}?good"));
        await run.Soon();
    }

    [Theory]
    [InlineData("evil.example.com")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:1")]
    public async Task A_name_that_only_resolves_to_this_machine_is_refused(string host)
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{listener.RedirectUri}?good");
        request.Headers.Host = host;

        using var response = await _browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task Only_a_GET_carries_a_response()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);

        using var response = await _browser.PostAsync($"{listener.RedirectUri}?good", null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(run.IsCompleted);
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("GET http://127.0.0.1/?good HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("GET /?good HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /?good\r\n\r\n")]
    public async Task A_request_that_is_not_from_a_browser_is_not_a_response(string text)
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);
        using var socket = await ConnectAsync(listener);

        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        await socket.ReceiveAsync(new byte[100]).Soon();

        Assert.False(run.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"{listener.RedirectUri}?good"));
        await run.Soon();
    }

    [Fact]
    public async Task A_redirect_that_arrives_in_pieces_is_a_response()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        var run = Run(listener);
        using var socket = await ConnectAsync(listener);

        foreach (var piece in new[] { "GE", "T /?go", "od HTTP/1.1\r", $"\nhost: 127.0.0.1:{Port(listener)}\r\n\r", "\n" })
            await socket.SendAsync(Encoding.ASCII.GetBytes(piece));

        await run.Soon();
    }

    [Fact]
    public void A_port_that_is_taken_is_an_error_that_names_it()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = Assert.Throws<BearerTokenException>(() => LoopbackListener.Start(RedirectAddress.Parse($"http://127.0.0.1:{port}/")));
        taken.Stop();

        Assert.Equal("PortTaken", error.ErrorId);
        Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("-RedirectUri", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void No_other_process_can_listen_at_the_port_of_a_login()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Default);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);

        Assert.Throws<SocketException>(() =>
        {
            other.Bind(new IPEndPoint(IPAddress.Loopback, Port(listener)));
            other.Listen();
        });
    }

    [Fact]
    public async Task A_port_is_free_again_right_after_a_login()
    {
        RedirectAddress fixedPort;
        using (var first = LoopbackListener.Start(RedirectAddress.Default)) fixedPort = RedirectAddress.Parse(first.RedirectUri);

        for (var login = 0; login < 3; login++)
        {
            using var listener = LoopbackListener.Start(fixedPort);
            var run = Run(listener);
            Assert.Equal(HttpStatusCode.OK, await GetAsync($"{listener.RedirectUri}?good"));
            await run.Soon();
        }
    }

    [Fact]
    public async Task Localhost_is_listened_at_in_both_address_families()
    {
        using var listener = LoopbackListener.Start(RedirectAddress.Parse("http://localhost/callback"));
        Assert.Matches("^http://localhost:[0-9]+/callback$", listener.RedirectUri);

        foreach (var family in Socket.OSSupportsIPv6 ? new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 } : [AddressFamily.InterNetwork])
        {
            using var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, Port(listener));
        }
    }

    [Fact]
    public void Localhost_is_not_listened_at_when_another_has_it_in_one_family()
    {
        if (!Socket.OSSupportsIPv6) return;
        var taken = new TcpListener(IPAddress.IPv6Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = Assert.Throws<BearerTokenException>(() => LoopbackListener.Start(RedirectAddress.Parse($"http://localhost:{port}/")));
        taken.Stop();

        Assert.Equal("PortTaken", error.ErrorId);
        using var free = LoopbackListener.Start(RedirectAddress.Parse($"http://127.0.0.1:{port}/"));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _browser.Dispose();
    }

    private static int Port(LoopbackListener listener) => new Uri(listener.RedirectUri).Port;

    private static async Task<Socket> ConnectAsync(LoopbackListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port(listener));
        return socket;
    }

    private Task Run(LoopbackListener listener) =>
        listener.RunAsync(query => query == "good" ? LoopbackReply.Done : LoopbackReply.Unknown, _stop.Token);

    private async Task<HttpStatusCode> GetAsync(string address)
    {
        using var response = await _browser.GetAsync(address).Soon();
        return response.StatusCode;
    }
}
