using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

/// <summary>Runs that take longer than a token lasts: failing renewals, minimum lifetimes, and clocks that are set.</summary>
public sealed class LongRunTests
{
    private readonly ShiftedClock _clock = new();
    private readonly EventLog _log = new();

    private TokenRequestContext Context => new() { Events = _log };

    [Fact]
    public async Task A_renewal_that_fails_warns_once_and_the_token_is_used_until_it_expires()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(Context, default).AsTask().Soon();
        source.Before = (_, _) => throw new BearerTokenException("The authority is down.");

        for (_clock.Advance(TimeSpan.FromMinutes(55)); _clock.GetUtcNow() < first.ExpiresOn; _clock.Advance(TimeSpan.FromSeconds(1)))
        {
            Assert.Same(first, await entry.GetAsync(Context, default).AsTask().Soon());
            await UntilAsync(() => !entry.IsRequesting);
        }

        var warning = Assert.Single(_log.Of<TokenRenewalFailed>());
        Assert.Equal(EventLevel.Warning, warning.Level);
        Assert.Equal(first.ExpiresOn, warning.ExpiresOn);
        Assert.Contains("The authority is down.", EventText.Format(warning), StringComparison.Ordinal);
        Assert.InRange(source.Requests, 6, 14);
        await Assert.ThrowsAsync<BearerTokenException>(() => entry.GetAsync(Context, default).AsTask().Soon());
    }

    [Fact]
    public void The_pauses_between_failing_renewals_grow()
    {
        var token = TestTokens.Token(_clock.GetUtcNow(), TimeSpan.FromMinutes(10));

        Assert.Equal([7.5, 15, 30, 30], Enumerable.Range(0, 4).Select(failures => RenewalPolicy.BackgroundPause(token, failures).TotalSeconds));
    }

    [Fact]
    public async Task A_renewal_that_succeeds_again_is_followed_by_a_warning_of_its_own_when_the_next_one_fails()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        await entry.GetAsync(Context, default).AsTask().Soon();
        for (var round = 1; round <= 2; round++)
        {
            source.Before = (_, _) => throw new BearerTokenException("The authority is down.");
            _clock.Advance(TimeSpan.FromMinutes(56));
            await UntilAsync(() => entry.Valid(_log) is not null && _log.Of<TokenRenewalFailed>().Count() == round);
            _clock.Advance(TimeSpan.FromMinutes(1));
            source.Before = (_, _) => Task.CompletedTask;
            var old = entry.Current;
            await UntilAsync(() => entry.Valid(_log) != old);

            Assert.Equal(round, _log.Of<TokenRenewalFailed>().Count());
        }
    }

    [Fact]
    public async Task A_token_that_lasts_too_short_is_renewed_before_it_is_used()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var context = Context with { MinimumLifetime = TimeSpan.FromMinutes(30) };
        var first = await entry.GetAsync(context, default).AsTask().Soon();
        _clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Same(first, await entry.GetAsync(context, default).AsTask().Soon());
        Assert.Same(first, entry.Valid(_log, TimeSpan.FromMinutes(30)));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(entry.Valid(_log, TimeSpan.FromMinutes(30)));

        Assert.NotSame(first, await entry.GetAsync(context, default).AsTask().Soon());
        Assert.Equal(2, source.Requests);
        Assert.Empty(_log.Of<TokenTooShort>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_authority_that_never_issues_longer_tokens_causes_one_warning_and_no_loop(bool isFirstRequest)
    {
        var source = new ScriptedSource(_clock) { Lifetime = TimeSpan.FromMinutes(10) };
        var entry = new TokenEntry(source, _clock);
        if (!isFirstRequest) await entry.GetAsync(Context, default).AsTask().Soon();
        var context = Context with { MinimumLifetime = TimeSpan.FromMinutes(30) };
        for (var i = 0; i < 20; i++) await entry.GetAsync(context, default).AsTask().Soon();

        Assert.Equal(1, source.Requests);
        Assert.Equal(TimeSpan.FromMinutes(30), Assert.Single(_log.Of<TokenTooShort>()).Required);

        // The usual renewal goes on.
        _clock.Advance(TimeSpan.FromMinutes(11));
        for (var i = 0; i < 20; i++) await entry.GetAsync(context, default).AsTask().Soon();
        Assert.Equal(2, source.Requests);
        Assert.Single(_log.Of<TokenTooShort>());
    }

    [Fact]
    public async Task A_token_that_cannot_be_renewed_is_used_with_a_warning()
    {
        var source = new ScriptedSource(_clock) { CanRenew = false };
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(Context, default).AsTask().Soon();
        _clock.Advance(TimeSpan.FromMinutes(50));

        Assert.Same(first, await entry.GetAsync(Context with { MinimumLifetime = TimeSpan.FromMinutes(30) }, default).AsTask().Soon());
        Assert.False(Assert.Single(_log.Of<TokenTooShort>()).CanRenew);
    }

    [Fact]
    public async Task A_valid_token_is_used_when_its_longer_successor_cannot_be_had()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(Context, default).AsTask().Soon();
        source.Before = (_, _) => throw new BearerTokenException("The authority is down.");
        _clock.Advance(TimeSpan.FromMinutes(40));
        var context = Context with { MinimumLifetime = TimeSpan.FromMinutes(30) };
        for (var i = 0; i < 20; i++) Assert.Same(first, await entry.GetAsync(context, default).AsTask().Soon());

        Assert.Single(_log.Of<TokenRenewalFailed>());
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_prolong_the_token()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(Context, default).AsTask().Soon();
        _clock.SetBy(TimeSpan.FromHours(-5));
        _clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Same(first, entry.Fresh);
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Null(entry.Fresh);
        var second = await entry.GetAsync(Context, default).AsTask().Soon();
        Assert.NotSame(first, second);
        Assert.Same(second, entry.Fresh);
    }

    [Fact]
    public async Task A_token_has_expired_after_sleep_during_which_the_monotonic_clock_stood_still()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(Context, default).AsTask().Soon();
        _clock.SetBy(TimeSpan.FromHours(8));

        Assert.NotSame(first, await entry.GetAsync(Context, default).AsTask().Soon());
        for (var i = 0; i < 20; i++) await entry.GetAsync(Context, default).AsTask().Soon();
        Assert.Equal(2, source.Requests);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + 10_000; !condition(); await Task.Delay(1))
            Assert.True(Environment.TickCount64 < end, "The renewal did not end.");
    }

    /// <summary>A clock whose wall time can be set without its monotonic time.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        private readonly TestClock _monotonic = new();
        private TimeSpan _shift;

        public override long TimestampFrequency => _monotonic.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _monotonic.GetUtcNow() + _shift;

        public override long GetTimestamp() => _monotonic.GetTimestamp();

        public void Advance(TimeSpan by) => _monotonic.Advance(by);

        public void SetBy(TimeSpan by) => _shift += by;
    }
}
