using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

/// <summary>Removing, clearing and revoking while another caller requests a token.</summary>
public sealed class RemovalTests
{
    private readonly TestClock _clock = new();
    private readonly TokenCache _cache;

    public RemovalTests() => _cache = new TokenCache(_clock);

    [Fact]
    public async Task A_token_that_arrives_after_revocation_is_revoked_too_and_not_returned()
    {
        var authority = new RecordingAuthority();
        var (entry, waiting, arrive) = await RequestAsync(authority);
        var endpoint = new Uri("https://id.example.com/revoke");

        Assert.Null(entry.BeginRevocation(endpoint));
        arrive.SetResult();

        Assert.Equal("TokenRemoved", (await Assert.ThrowsAsync<BearerTokenException>(() => waiting.Soon())).ErrorId);
        var (revoked, at) = Assert.Single(authority.Revoked);
        Assert.NotNull(revoked.Token);
        Assert.Equal(endpoint, at);
        Assert.Null(entry.Current);
        Assert.Null(entry.BeginRevocation());
    }

    [Fact]
    public async Task A_late_token_that_could_not_be_revoked_can_be_tried_again()
    {
        var authority = new RecordingAuthority { Fails = true };
        var (entry, waiting, arrive) = await RequestAsync(authority);

        entry.BeginRevocation();
        arrive.SetResult();
        await Assert.ThrowsAsync<BearerTokenException>(() => waiting.Soon());

        Assert.Same(authority.Revoked[0].Result, entry.BeginRevocation());
    }

    [Fact]
    public async Task A_token_that_arrives_after_Clear_is_not_revoked()
    {
        var authority = new RecordingAuthority();
        var (entry, waiting, arrive) = await RequestAsync(authority);

        _cache.Clear();
        arrive.SetResult();

        Assert.NotNull(await waiting.Soon());
        Assert.Empty(authority.Revoked);
        Assert.Null(entry.Current);
    }

    [Fact]
    public async Task Clear_during_a_renewal_stores_nothing_and_revokes_its_result()
    {
        var authority = new RecordingAuthority();
        var arrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(_clock) { Authority = authority, Before = (request, _) => request == 2 ? arrive.Task : Task.CompletedTask };
        var entry = _cache.Entry(source);
        var first = await entry.GetAsync(TokenRequestContext.Default, default);
        var renewal = entry.RenewAsync(TokenRequestContext.Default, default);

        _cache.Clear();
        arrive.SetResult();

        Assert.Equal("TokenRemoved", (await Assert.ThrowsAsync<BearerTokenException>(() => renewal.Soon())).ErrorId);
        Assert.NotEqual(first.Fingerprint, Assert.Single(authority.Revoked).Result.Token.Fingerprint);
        Assert.Null(entry.Current);
    }

    [Fact]
    public async Task A_revoked_entry_requests_no_other_token()
    {
        var source = new ScriptedSource(_clock) { Authority = new RecordingAuthority() };
        var entry = _cache.Entry(source);
        await entry.GetAsync(TokenRequestContext.Default, default);

        entry.BeginRevocation();

        Assert.Equal("TokenRemoved", (await Assert.ThrowsAsync<BearerTokenException>(async () => await entry.RenewAsync(TokenRequestContext.Default, default))).ErrorId);
        Assert.Equal(1, source.Requests);
    }

    [Fact]
    public async Task Get_takes_a_new_entry_when_another_caller_revokes_the_one_it_waits_for()
    {
        var arrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(_clock) { Authority = new RecordingAuthority(), Before = (request, _) => request == 1 ? arrive.Task : Task.CompletedTask };
        var waiting = _cache.GetAsync(source, TokenRequestContext.Default, default).AsTask();
        await source.NextRequestAsync();
        var first = _cache.Entry(source);

        first.BeginRevocation();
        _cache.Remove(first);
        arrive.SetResult();

        var token = await waiting.Soon();
        Assert.NotSame(first, token.Entry);
        Assert.Same(token, token.Entry!.Current);
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public async Task Get_never_fails_while_others_clear()
    {
        using var end = new CancellationTokenSource();
        var clearing = Task.Run(() =>
        {
            while (!end.IsCancellationRequested) _cache.Clear();
        });
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < 2000; n++) Assert.NotNull(await _cache.GetAsync(new ScriptedSource(TimeProvider.System, $"{n % 3}"), TokenRequestContext.Default, default));
        })).ToArray();

        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(1));
        await end.CancelAsync();
        await clearing;
    }

    [Fact]
    public void An_entry_that_was_forgotten_is_not_returned()
    {
        var source = new ScriptedSource(_clock);
        var first = _cache.Entry(source);

        first.Forget();

        Assert.NotSame(first, _cache.Entry(source));
    }

    private async Task<(TokenEntry Entry, Task<AccessToken> Waiting, TaskCompletionSource Arrive)> RequestAsync(RecordingAuthority authority)
    {
        var arrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(_clock) { Authority = authority, Before = (_, _) => arrive.Task };
        var entry = _cache.Entry(source);
        var waiting = entry.GetAsync(TokenRequestContext.Default, default).AsTask();
        await source.NextRequestAsync();
        return (entry, waiting, arrive);
    }

    private sealed class RecordingAuthority : ITokenAuthority
    {
        public bool Fails { get; init; }

        public List<(TokenResult Result, Uri? Endpoint)> Revoked { get; } = [];

        public Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel)
        {
            Revoked.Add((held, endpoint));
            return Fails ? Task.FromException(new BearerTokenException()) : Task.CompletedTask;
        }

        public Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel) =>
            Task.FromResult(TokenContent.Of(token));
    }
}
