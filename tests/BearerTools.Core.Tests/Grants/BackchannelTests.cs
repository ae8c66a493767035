using System.Net;
using System.Net.Sockets;
using BearerTools.Grants;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants;

public sealed class BackchannelTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_port_without_a_listener_is_an_error_that_names_the_address()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        var error = await FailAsync(new Uri($"http://127.0.0.1:{port}/token"));

        Assert.Equal("HostUnreachable", error.ErrorId);
        Assert.Equal(BearerErrorKind.Connection, error.Kind);
        Assert.Contains($"http://127.0.0.1:{port}/token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_an_error_that_names_it()
    {
        var error = await FailAsync(new Uri("https://no-such-host.invalid/token"));

        Assert.Equal("HostNotFound", error.ErrorId);
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_an_error_that_says_where_to_trust_it()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, "{}"), certificate);

        var error = await FailAsync(server.At("/token"));

        Assert.Equal("CertificateNotTrusted", error.ErrorId);
        Assert.Contains("ca-certificates", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("SkipCertificateCheck", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_server_without_TLS_is_not_reported_as_one_with_a_bad_certificate()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        var error = await FailAsync(new Uri(server.Address.Replace("http://", "https://", StringComparison.Ordinal)));

        Assert.Equal("TlsFailed", error.ErrorId);
    }

    [Fact]
    public async Task A_server_that_does_not_respond_in_time_is_a_timeout()
    {
        await using var server = await OddServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var request = FailAsync(server.At("/token"));
        await _bench.Clock.UntilWaiting();

        _bench.Clock.Advance(OAuthBackchannel.DefaultTimeLimit);

        var error = await request;
        Assert.Equal("AuthorityTimeout", error.ErrorId);
        Assert.Equal(BearerErrorKind.Timeout, error.Kind);
        Assert.Contains("within 30 s.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_whose_end_does_not_arrive_is_a_timeout_too()
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var request = FailAsync(server.At("/token"));
        await _bench.Clock.UntilWaiting();

        _bench.Clock.Advance(OAuthBackchannel.DefaultTimeLimit);

        Assert.Equal("AuthorityTimeout", (await request).ErrorId);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_cancelled_not_failed()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await OddServer.StartAsync(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var leave = new CancellationTokenSource();
        var request = _bench.Backchannel.GetAsync("The server", server.At("/"), leave.Token);
        await arrived.Task;

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_error_that_names_its_target_and_is_not_followed(int status)
    {
        await using var crossOrigin = await OddServer.RespondingAsync("{}");
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = crossOrigin.Address + "/there?code=hidden";
            return Task.CompletedTask;
        });

        var error = await FailAsync(server.At("/token"));

        Assert.Equal("UnexpectedRedirect", error.ErrorId);
        Assert.Contains(crossOrigin.Address + "/there", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
        Assert.Empty(crossOrigin.Requests);
    }

    [Fact]
    public async Task An_endless_response_is_not_read_to_its_end()
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            var filling = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(filling, context.RequestAborted);
        });

        Assert.Equal("ResponseTooLarge", (await FailAsync(server.At("/token"))).ErrorId);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_a_response_is_an_error()
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var error = await FailAsync(server.At("/token"));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Equal(BearerErrorKind.Connection, error.Kind);
    }

    [Theory]
    [InlineData("http://id.example.com/token")]
    [InlineData("http://127.0.0.1.example.com/token")]
    [InlineData("ftp://127.0.0.1/token")]
    public async Task Nothing_is_sent_in_the_clear_to_another_machine(string address)
    {
        var error = await FailAsync(new Uri(address));

        Assert.Equal("InsecureEndpoint", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
    }

    [Fact]
    public async Task An_address_with_a_user_name_is_refused_and_not_repeated()
    {
        var error = await FailAsync(new Uri("https://me:canary@id.example.com/token"));

        Assert.Equal("InvalidEndpoint", error.ErrorId);
        Assert.DoesNotContain("canary", Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private Task<BearerTokenException> FailAsync(Uri address) =>
        Assert.ThrowsAsync<BearerTokenException>(() => _bench.Backchannel.GetAsync("The server", address, CancellationToken.None));
}
