using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class TokenCacheTests
{
    private readonly TestClock _clock = new();
    private readonly TokenCache _cache;

    public TokenCacheTests() => _cache = new TokenCache(_clock);

    [Fact]
    public async Task A_second_caller_of_a_key_gets_the_cached_token()
    {
        var first = new ScriptedSource(_clock);
        var second = new ScriptedSource(_clock);

        var token = await _cache.Entry(first).GetAsync(TokenRequestContext.Default, default);

        Assert.Same(token, await _cache.Entry(second).GetAsync(TokenRequestContext.Default, default));
        Assert.Equal(0, second.Requests);
    }

    [Fact]
    public async Task Another_key_is_another_token()
    {
        var one = await _cache.Entry(new ScriptedSource(_clock, "one")).GetAsync(TokenRequestContext.Default, default);
        var other = await _cache.Entry(new ScriptedSource(_clock, "other")).GetAsync(TokenRequestContext.Default, default);

        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
        Assert.Equal(2, _cache.Snapshot().Count);
    }

    [Fact]
    public async Task A_removed_token_is_no_longer_cached_and_is_requested_anew()
    {
        var source = new ScriptedSource(_clock);
        var entry = _cache.Entry(source);
        var token = await entry.GetAsync(TokenRequestContext.Default, default);

        Assert.True(_cache.Remove(entry));
        Assert.False(_cache.Remove(entry));

        Assert.Empty(_cache.Snapshot());
        Assert.NotSame(token, await _cache.Entry(source).GetAsync(TokenRequestContext.Default, default));
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public Task A_request_that_ends_after_Remove_stores_nothing() => EndsAfterForgetting(_cache.Remove);

    [Fact]
    public Task A_request_that_ends_after_Clear_stores_nothing() => EndsAfterForgetting(_ =>
    {
        _cache.Clear();
        return true;
    });

    [Fact]
    public async Task Clear_forgets_every_key()
    {
        foreach (var name in (string[])["one", "two", "three"]) await _cache.Entry(new ScriptedSource(_clock, name)).GetAsync(TokenRequestContext.Default, default);

        _cache.Clear();

        Assert.Empty(_cache.Snapshot());
    }

    private async Task EndsAfterForgetting(Func<TokenEntry, bool> forget)
    {
        var response = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(_clock) { Before = (_, _) => response.Task };
        var entry = _cache.Entry(source);
        var waiting = entry.GetAsync(TokenRequestContext.Default, default);
        await source.NextRequestAsync();

        Assert.True(forget(entry));
        response.SetResult();

        Assert.NotNull(await waiting.Soon());
        Assert.Null(entry.Current);
        Assert.Empty(_cache.Snapshot());
        Assert.NotSame(entry, _cache.Entry(source));
    }
}
