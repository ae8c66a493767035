using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class RenewalTests
{
    private readonly TestClock _clock = new();
    private readonly TaskCompletionSource _renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(86_400, 300)]
    [InlineData(3_600, 300)]
    [InlineData(600, 60)]
    [InlineData(60, 6)]
    public void A_token_is_due_in_its_last_5_minutes_or_its_last_tenth_whichever_is_less(double lifeSeconds, double windowSeconds)
    {
        var token = TestTokens.Token(_clock.GetUtcNow(), TimeSpan.FromSeconds(lifeSeconds));
        var due = token.ExpiresOn!.Value - TimeSpan.FromSeconds(windowSeconds);

        Assert.False(RenewalPolicy.IsDue(token, due.AddTicks(-1)));
        Assert.True(RenewalPolicy.IsDue(token, due));
        Assert.True(RenewalPolicy.IsValid(token, token.ExpiresOn.Value.AddTicks(-1)));
        Assert.False(RenewalPolicy.IsValid(token, token.ExpiresOn.Value));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    [InlineData(2)]
    public void A_token_of_a_few_seconds_is_due_before_the_second_that_servers_round_away_but_not_from_the_start(int lifeSeconds)
    {
        var token = TestTokens.Token(_clock.GetUtcNow(), TimeSpan.FromSeconds(lifeSeconds));

        Assert.True(RenewalPolicy.IsDue(token, token.ExpiresOn!.Value - TimeSpan.FromSeconds(1)));
        Assert.False(RenewalPolicy.IsDue(token, token.IssuedOn!.Value + (TimeSpan.FromSeconds(lifeSeconds) / 3)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    public async Task A_token_that_has_expired_on_arrival_is_used_with_a_warning_and_not_requested_in_a_loop(int lifeSeconds)
    {
        var source = new ScriptedSource(_clock) { Lifetime = TimeSpan.FromSeconds(lifeSeconds) };
        var entry = new TokenEntry(source, _clock);
        var log = new EventLog();
        var context = new TokenRequestContext { Events = log };

        var first = await entry.GetAsync(context, default).AsTask().Soon();
        for (var request = 0; request < 10; request++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Same(first, await entry.GetAsync(context, default).AsTask().Soon());
            Assert.Same(first, entry.Fresh);
        }

        Assert.Equal(1, source.Requests);
        var warning = Assert.Single(log.Of<TokenExpiredOnArrival>());
        Assert.Equal(EventLevel.Warning, warning.Level);
        Assert.Contains(
            lifeSeconds == 0 ? "a lifetime of 0 seconds" : "the clock of this machine or of the authority is wrong", EventText.Format(warning),
            StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotSame(first, await entry.GetAsync(context, default).AsTask().Soon());
    }

    [Fact]
    public void A_token_without_end_is_never_due()
    {
        var token = TestTokens.Token(_clock.GetUtcNow());

        Assert.True(RenewalPolicy.IsValid(token, DateTimeOffset.MaxValue));
        Assert.False(RenewalPolicy.IsDue(token, DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task A_token_that_is_not_due_is_given_without_asking()
    {
        var (source, entry, first) = await StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(55) - TimeSpan.FromTicks(1));

        Assert.Same(first, await entry.GetAsync(TokenRequestContext.Default, default).Soon());
        await entry.RenewAsync(TokenRequestContext.Default, default).Soon();

        Assert.Equal(2, source.Requests); // the one at the start and the one just asked for
    }

    [Fact]
    public async Task A_due_token_is_given_at_once_while_one_renewal_runs_in_the_background()
    {
        var (source, entry, first) = await StartAsync();
        source.Before = (_, _) => _renewal.Task;
        _clock.Advance(TimeSpan.FromMinutes(55));

        for (var i = 0; i < 50; i++)
        {
            var given = entry.GetAsync(TokenRequestContext.Default, default);
            Assert.True(given.IsCompletedSuccessfully);
            Assert.Same(first, await given);
        }

        await source.NextRequestAsync();
        var joined = entry.RenewAsync(TokenRequestContext.Default, default);
        _renewal.SetResult();
        var second = await joined.Soon();

        Assert.NotSame(first, second);
        Assert.Same(second, await entry.GetAsync(TokenRequestContext.Default, default).Soon());
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public async Task An_expired_token_is_waited_for()
    {
        var (source, entry, first) = await StartAsync();
        source.Before = (_, _) => _renewal.Task;
        _clock.Advance(TimeSpan.FromHours(1));

        var waiting = entry.GetAsync(TokenRequestContext.Default, default);
        await source.NextRequestAsync();
        Assert.False(waiting.IsCompleted);
        _renewal.SetResult();

        Assert.NotSame(first, await waiting.Soon());
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public async Task After_a_failed_background_renewal_the_old_token_is_kept_and_the_authority_gets_no_request_for_a_while()
    {
        var (source, entry, first) = await StartAsync();
        source.Before = (_, _) => throw new BearerTokenException("The authority is away.");
        _clock.Advance(TimeSpan.FromMinutes(55));

        await GetManyTimes(entry, first);
        await source.NextRequestAsync();
        _clock.Advance(TimeSpan.FromSeconds(29));
        await GetManyTimes(entry, first);
        Assert.Equal(2, source.Requests);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var next = source.NextRequestAsync();
        while (!next.IsCompleted) await GetManyTimes(entry, first);
        await next;
        Assert.Equal(3, source.Requests);
    }

    [Fact]
    public async Task After_a_failed_background_renewal_an_expired_token_is_an_error()
    {
        var (source, entry, _) = await StartAsync();
        source.Before = (_, _) => throw new BearerTokenException("The authority is away.");
        _clock.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<BearerTokenException>(() => entry.GetAsync(TokenRequestContext.Default, default).Soon());
    }

    [Fact]
    public async Task A_due_token_that_cannot_be_renewed_is_given_as_long_as_it_lives()
    {
        var source = new ScriptedSource(_clock) { CanRenew = false };
        var entry = new TokenEntry(source, _clock);
        var token = await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        _clock.Advance(TimeSpan.FromMinutes(59));

        await GetManyTimes(entry, token);

        Assert.Equal(1, source.Requests);
    }

    private static async Task GetManyTimes(TokenEntry entry, AccessToken expected)
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Same(expected, await entry.GetAsync(TokenRequestContext.Default, default).Soon());
            await Task.Run(() => { });
        }
    }

    private async Task<(ScriptedSource Source, TokenEntry Entry, AccessToken First)> StartAsync()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        await source.NextRequestAsync();
        return (source, entry, first);
    }
}
