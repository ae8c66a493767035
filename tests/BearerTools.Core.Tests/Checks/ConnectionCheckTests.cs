using BearerTools.Checks;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Checks;

public sealed class ConnectionCheckTests
{
    private readonly BearerServices _services = new();

    [Fact]
    public async Task Steps_after_the_first_broken_one_are_not_reached()
    {
        var steps = await new ConnectionCheck(Target("http://127.0.0.1:1/"), EventSink.None).RunAsync(CancellationToken.None);

        Assert.Equal(CheckSteps.Tcp, steps.Broken?.Name);
        Assert.All(
            steps.All.SkipWhile(step => step.Name != CheckSteps.Tcp).Skip(1),
            step => Assert.Equal(BearerCheckStatus.NotReached, step.Status));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_at_the_time_limit()
    {
        var clock = new TestClock();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new SocketServer(async talk =>
        {
            // The steps of the network come first.
            if ((await talk.ReadAsync())?.StartsWith("HEAD", StringComparison.Ordinal) == true)
            {
                await talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }

            asked.TrySetResult();
            await talk.ReadAsync();
        });
        var target = Target(server.At("/").AbsoluteUri) with { Services = new BearerServices(clock), Limit = TimeSpan.FromSeconds(20) };

        var check = new ConnectionCheck(target, EventSink.None).RunAsync(CancellationToken.None);
        await asked.Task.Soon();
        clock.Advance(TimeSpan.FromSeconds(20));
        var steps = await check.Soon();

        Assert.Equal((CheckSteps.Request, "TestTimeout"), (steps.Broken?.Name, steps.Broken?.ErrorId));
    }

    [Fact]
    public async Task A_token_is_not_renewed_when_the_api_rejects_it()
    {
        var requests = 0;
        await using var server = new SocketServer(async talk =>
        {
            if (await talk.ReadAsync() is null) return;
            Interlocked.Increment(ref requests);
            await talk.SendAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        var token = new AccessToken(new Secret($"{Guid.NewGuid():N}"), new TokenMetadata());
        var target = Target(server.At("/").AbsoluteUri);
        var connection = Connection.Of(_services, token).At(target.Address!);

        var steps = await new ConnectionCheck(target with { Connection = connection }, EventSink.None).RunAsync(CancellationToken.None).Soon();

        Assert.Equal((CheckSteps.Request, "HttpStatus401"), (steps.Broken?.Name, steps.Broken?.ErrorId));
        Assert.Equal(2, requests);
    }

    [Fact]
    public async Task A_body_that_is_cut_off_fails_the_request()
    {
        await using var server = Server("200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000", "[1, 2");

        var step = await RequestStepAsync(Target(server.At("/").AbsoluteUri));

        Assert.Equal((BearerCheckStatus.Failed, "ConnectionFailed"), (step.Status, step.ErrorId));
        Assert.Equal("200 OK, but the body is incomplete", step.Found);
        Assert.Contains("The server closed it before the response was complete", step.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("511 Network Authentication Required", "sign in to the network in a browser")]
    [InlineData("407 Proxy Authentication Required", "No proxy is used")]
    [InlineData("408 Request Timeout", "try again")]
    [InlineData("401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"Expired at noon\"", "the token has expired")]
    public async Task A_status_has_its_advice(string head, string advice)
    {
        await using var server = Server($"{head}\r\nContent-Length: 0");
        var target = Target(server.At("/").AbsoluteUri);

        var step = await RequestStepAsync(target with { Connection = Connected(target.Address!) });

        Assert.Equal(BearerCheckStatus.Failed, step.Status);
        Assert.Contains(advice, step.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_is_explained_with_the_parameters_of_the_test()
    {
        await using var server = Server("429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0");
        var target = Target(server.At("/").AbsoluteUri) with { Limit = TimeSpan.FromSeconds(20) };
        target = target with { Connection = Connected(target.Address!) };
        await RequestStepAsync(target);

        var step = await RequestStepAsync(target);

        Assert.Equal("PausedBeyondDeadline", step.ErrorId);
        Assert.Contains("longer than -TimeoutSec leaves", step.Cause, StringComparison.Ordinal);
        Assert.Equal("Test again when the pause is over, or allow more time with -TimeoutSec.", step.NextStep);
    }

    [Fact]
    public async Task A_port_without_tls_is_named()
    {
        await using var server = new SocketServer(async talk =>
        {
            await talk.SendAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        });
        var address = server.At("/");

        var steps = await new ConnectionCheck(Target($"https://127.0.0.1:{address.Port}/"), EventSink.None)
            .RunAsync(CancellationToken.None).Soon();

        Assert.Equal((CheckSteps.Tls, "TlsFailed"), (steps.Broken?.Name, steps.Broken?.ErrorId));
        Assert.Equal($"The TLS handshake failed: the server at port {address.Port} responds without TLS.", steps.Broken!.Cause);
        Assert.EndsWith($"use http://127.0.0.1:{address.Port}.", steps.Broken.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_it_at_once()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new SocketServer(async talk =>
        {
            await talk.ReadAsync();
            await stop.CancelAsync();
            await talk.ReadAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ConnectionCheck(Target(server.At("/").AbsoluteUri), EventSink.None).RunAsync(stop.Token).Soon());
    }

    private static SocketServer Server(string head, string body = "") => new(async talk =>
    {
        if (await talk.ReadAsync() is null) return;
        await talk.SendAsync($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}");
    });

    private static async Task<CheckStep> RequestStepAsync(CheckTarget target) =>
        (await new ConnectionCheck(target, EventSink.None).RunAsync(CancellationToken.None).Soon())[CheckSteps.Request];

    private Connection Connected(Uri address) =>
        Connection.Of(_services, new AccessToken(new Secret($"{Guid.NewGuid():N}"), new TokenMetadata())).At(address);

    private CheckTarget Target(string address) => new() { Services = _services, Subject = "without a token", Address = new Uri(address), Path = "/" };
}
