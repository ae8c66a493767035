using BearerTools.Checks;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tests.Support;

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
        await using var server = new SocketServer(async talk =>
        {
            while (await talk.ReadAsync() is not null)
            {
            }
        });
        var target = Target(server.At("/").AbsoluteUri) with { Limit = TimeSpan.FromSeconds(1) };

        var steps = await new ConnectionCheck(target, EventSink.None).RunAsync(CancellationToken.None).Soon();

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
        var token = new AccessToken(new Secret($"{Guid.NewGuid():N}"), new Tokens.TokenMetadata());
        var target = Target(server.At("/").AbsoluteUri);
        var connection = Connection.Of(_services, token).At(target.Address!);

        var steps = await new ConnectionCheck(target with { Connection = connection }, EventSink.None).RunAsync(CancellationToken.None).Soon();

        Assert.Equal((CheckSteps.Request, "HttpStatus401"), (steps.Broken?.Name, steps.Broken?.ErrorId));
        Assert.Equal(2, requests);
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

    private CheckTarget Target(string address) => new() { Services = _services, Subject = "without a token", Address = new Uri(address), Path = "/" };
}
