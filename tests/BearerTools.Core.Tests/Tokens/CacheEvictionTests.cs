using System.Runtime.CompilerServices;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class CacheEvictionTests
{
    private readonly TestClock _clock = new();
    private readonly TokenCache _cache;

    public CacheEvictionTests() => _cache = new TokenCache(_clock);

    [Fact]
    public async Task A_token_that_was_not_used_for_an_hour_and_can_be_requested_again_is_evicted()
    {
        var source = new ScriptedSource(_clock) { Lifetime = TimeSpan.FromHours(8) };
        await GetAsync(_cache, source);

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(_cache.Snapshot());
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(_cache.Snapshot());
    }

    [Fact]
    public async Task A_token_in_use_is_kept_even_if_the_cache_is_not_asked_for_it()
    {
        var entry = _cache.Entry(new ScriptedSource(_clock) { Lifetime = TimeSpan.FromHours(8) });
        for (var n = 0; n < 4; n++)
        {
            await entry.GetAsync(TokenRequestContext.Default, default);
            _clock.Advance(TimeSpan.FromMinutes(50));
        }

        Assert.Same(entry, Assert.Single(_cache.Snapshot()));
    }

    [Fact]
    public async Task A_token_that_only_a_user_can_give_again_is_kept_while_it_is_valid_or_can_be_renewed()
    {
        await GetAsync(_cache, new ScriptedSource(_clock, "valid") { Lifetime = TimeSpan.FromHours(8), CanRenew = false, CanStartOver = false });
        await GetAsync(_cache, new ScriptedSource(_clock, "renewable") { Lifetime = TimeSpan.FromHours(1), CanStartOver = false });
        await GetAsync(_cache, new ScriptedSource(_clock, "expired") { Lifetime = TimeSpan.FromHours(1), CanRenew = false, CanStartOver = false });

        _clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal(2, _cache.Snapshot().Count);
    }

    [Fact]
    public async Task Entries_whose_request_failed_do_not_accumulate()
    {
        var dropped = await FailAsync(100);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _cache.Snapshot();

        Garbage.AssertCollected(dropped);
    }

    [Fact]
    public async Task An_evicted_entry_that_is_in_use_is_shared_with_later_callers()
    {
        var entry = _cache.Entry(new ScriptedSource(_clock) { Lifetime = TimeSpan.FromHours(8) });
        var token = await entry.GetAsync(TokenRequestContext.Default, default);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(_cache.Snapshot());

        var later = new ScriptedSource(_clock);

        Assert.Same(token, await _cache.GetAsync(later, TokenRequestContext.Default, default));
        Assert.Equal(0, later.Requests);
        Assert.Same(entry, Assert.Single(_cache.Snapshot()));
    }

    [Fact]
    public async Task Clear_reaches_an_evicted_entry_that_is_in_use()
    {
        var entry = _cache.Entry(new ScriptedSource(_clock) { Lifetime = TimeSpan.FromHours(8) });
        await entry.GetAsync(TokenRequestContext.Default, default);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(_cache.Snapshot());

        _cache.Clear();

        Assert.True(entry.IsForgotten);
        Assert.Null(entry.Current);
    }

    [Fact]
    public async Task A_token_for_each_of_many_users_stays_within_the_bound_and_the_oldest_go_first()
    {
        var cache = new TokenCache(_clock, maxEntries: 100);
        await GetAsync(cache, new ScriptedSource(_clock, "login") { CanStartOver = false });
        for (var n = 0; n < 1000; n++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await GetAsync(cache, new ScriptedSource(_clock, $"user {n}"));
        }

        var held = cache.Snapshot();
        Assert.InRange(held.Count, 50, 110);
        Assert.Contains(held, entry => entry.Source.Key.Equals(new ScriptedSource(_clock, "login").Key));
        Assert.Contains(held, entry => entry.Source.Key.Equals(new ScriptedSource(_clock, "user 999").Key));
        Assert.DoesNotContain(held, entry => entry.Source.Key.Equals(new ScriptedSource(_clock, "user 0").Key));
    }

    private static async Task GetAsync(TokenCache cache, ScriptedSource source) => await cache.GetAsync(source, TokenRequestContext.Default, default);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference[]> FailAsync(int count)
    {
        var failed = new WeakReference[count];
        for (var n = 0; n < count; n++)
        {
            var source = new ScriptedSource(_clock, $"user {n}") { Before = (_, _) => throw new BearerTokenException() };
            await Assert.ThrowsAsync<BearerTokenException>(async () => await _cache.GetAsync(source, TokenRequestContext.Default, default));
            failed[n] = new WeakReference(_cache.Entry(source));
        }

        return failed;
    }
}
