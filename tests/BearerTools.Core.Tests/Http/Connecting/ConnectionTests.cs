using System.Net;
using System.Net.Sockets;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Connecting;

public sealed class ConnectionTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    public async Task Nothing_listens_there(string host)
    {
        var error = await _wire.FailAsync(new Uri($"http://{host}:{FreePort()}/"));

        Assert.Equal("HostUnreachable", error.ErrorId);
        Assert.Equal(BearerErrorKind.Connection, error.Kind);
        Assert.Contains("port", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_is_not_known()
    {
        var error = await _wire.FailAsync(new Uri("https://no-such-host.invalid/users?key=hidden"));

        Assert.Equal("HostNotFound", error.ErrorId);
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.Contains("spelling", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_is_not_trusted()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"), certificate);

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal("CertificateNotTrusted", error.ErrorId);
        Assert.Contains("add that CA's certificate", error.NextStep, StringComparison.Ordinal);
        Assert.EndsWith(error.InnerException!.Message, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_port_does_not_speak_https()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        var error = await _wire.FailAsync(new Uri($"https://127.0.0.1:{server.At("/").Port}/"));

        Assert.Equal("TlsFailed", error.ErrorId);
        Assert.Contains("https", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_closes_the_connection()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public async Task The_server_does_not_speak_http()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray());
            await client.GetStream().ReadAsync(new byte[4096]);
        });

        Assert.Equal("MalformedResponse", (await _wire.FailAsync(new Uri($"http://127.0.0.1:{port}/"))).ErrorId);
        await serving.Soon();
    }

    [Fact]
    public async Task The_connection_takes_too_long()
    {
        using var connections = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(20),
            ConnectCallback = async (_, cancel) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
                return Stream.Null;
            },
        });

        var error = await Assert.ThrowsAsync<BearerRequestException>(
            () => new SocketHandler(connections).SendAsync(Wire.Get(new Uri("http://127.0.0.1/")), null, new RequestContext(EventSink.None, default)).Soon());

        Assert.Equal("ConnectionTimeout", error.ErrorId);
        Assert.Equal(BearerErrorKind.Timeout, error.Kind);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public async Task The_name_localhost_leads_to_this_machine()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        using var response = await _wire.SendAsync(Wire.Get(new Uri($"http://localhost:{server.At("/").Port}/")));

        Assert.True(response.IsSuccess);
    }

    [Fact]
    public async Task The_callers_headers_are_sent_and_those_of_the_body_go_with_the_body()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var template = Wire.Post(server.At("/")) with { Headers = [new("X-Trace", "1"), new("Accept", "text/csv"), new("Content-Language", "de")], ContentType = "application/merge-patch+json" };

        (await _wire.SendAsync(template)).Dispose();

        var headers = server.Requests.Single().Headers;
        Assert.Equal("1", headers["X-Trace"]);
        Assert.Equal("text/csv", headers["Accept"]);
        Assert.Equal("application/merge-patch+json", headers["Content-Type"]);
        Assert.Equal("de", headers["Content-Language"]);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
