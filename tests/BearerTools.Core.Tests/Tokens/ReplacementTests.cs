using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

/// <summary>What comes of a token that the API rejected.</summary>
public sealed class ReplacementTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    private readonly TestClock _clock = new();
    private readonly ScriptedSource _source;
    private readonly TokenEntry _entry;

    public ReplacementTests()
    {
        _source = new ScriptedSource(_clock);
        _entry = new TokenEntry(_source, _clock);
    }

    [Fact]
    public async Task A_thousand_rejections_of_one_token_make_one_request()
    {
        var rejected = await GetAsync();

        var replacements = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => ReplaceAsync(rejected)))).Soon();

        Assert.NotSame(rejected, Assert.Single(replacements.Distinct()));
        Assert.NotNull(replacements[0]);
        Assert.Equal(2, _source.Requests);
    }

    [Fact]
    public async Task A_late_rejection_of_an_old_token_gives_the_current_one_without_asking()
    {
        var old = await GetAsync();
        var current = await ReplaceAsync(old);

        Assert.Same(current, await ReplaceAsync(old));
        Assert.Equal(2, _source.Requests);
    }

    [Fact]
    public async Task A_token_that_is_due_and_rejected_is_replaced_by_the_renewal_under_way()
    {
        var rejected = await GetAsync();
        await _source.NextRequestAsync();
        var renewal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Before = (_, _) => renewal.Task;
        _clock.Advance(TimeSpan.FromMinutes(55));
        await _entry.GetAsync(TokenRequestContext.Default, default).Soon();
        await _source.NextRequestAsync();

        var replacing = ReplaceAsync(rejected);
        renewal.SetResult();

        Assert.NotSame(rejected, await replacing);
        Assert.Equal(2, _source.Requests);
    }

    [Fact]
    public async Task A_replacement_that_is_rejected_at_once_stops_asking_for_30_seconds()
    {
        var replacement = await ReplaceAsync(await GetAsync());

        Assert.Null(await ReplaceAsync(replacement!));
        Assert.Null(await ReplaceAsync(replacement!));
        _clock.Advance(s_pause - TimeSpan.FromTicks(1));
        Assert.Null(await ReplaceAsync(replacement!));
        Assert.Equal(2, _source.Requests);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await ReplaceAsync(replacement!));
        Assert.Equal(3, _source.Requests);
    }

    [Fact]
    public async Task A_replacement_that_was_accepted_before_it_is_rejected_is_replaced()
    {
        var replacement = await ReplaceAsync(await GetAsync());
        _entry.Accepted(replacement!);

        Assert.NotSame(replacement, await ReplaceAsync(replacement!));
        Assert.Equal(3, _source.Requests);
    }

    [Fact]
    public async Task A_success_with_an_older_token_does_not_confirm_the_replacement()
    {
        var old = await GetAsync();
        var replacement = await ReplaceAsync(old);
        _entry.Accepted(old);

        Assert.Null(await ReplaceAsync(replacement!));
        Assert.Equal(2, _source.Requests);
    }

    [Fact]
    public async Task The_pause_does_not_keep_an_expired_token_from_being_renewed()
    {
        var source = new ScriptedSource(_clock) { Lifetime = TimeSpan.FromSeconds(2) };
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        var replacement = await entry.ReplaceAsync(first, TokenRequestContext.Default, default).Soon();
        Assert.Null(await entry.ReplaceAsync(replacement!, TokenRequestContext.Default, default).Soon());

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.NotSame(replacement, await entry.GetAsync(TokenRequestContext.Default, default).Soon());
    }

    [Fact]
    public async Task A_token_that_cannot_be_renewed_is_not_replaced()
    {
        var source = new ScriptedSource(_clock) { CanRenew = false };
        var entry = new TokenEntry(source, _clock);
        var token = await entry.GetAsync(TokenRequestContext.Default, default).Soon();

        Assert.Null(await entry.ReplaceAsync(token, TokenRequestContext.Default, default).Soon());
        Assert.Equal(1, source.Requests);
    }

    [Fact]
    public async Task A_forgotten_token_is_not_replaced()
    {
        var token = await GetAsync();
        _entry.Forget();

        Assert.Null(await ReplaceAsync(token));
        Assert.Equal(1, _source.Requests);
    }

    [Fact]
    public async Task A_replacement_that_cannot_be_got_is_the_authoritys_error_and_later_requests_may_try_again()
    {
        var rejected = await GetAsync();
        _source.Before = (request, _) => request == 2 ? throw new BearerTokenException("The authority is away.") : Task.CompletedTask;

        await Assert.ThrowsAsync<BearerTokenException>(() => ReplaceAsync(rejected));

        Assert.NotSame(rejected, await ReplaceAsync(rejected));
    }

    private Task<AccessToken> GetAsync() => _entry.GetAsync(TokenRequestContext.Default, default).Soon();

    private Task<AccessToken?> ReplaceAsync(AccessToken rejected) => _entry.ReplaceAsync(rejected, TokenRequestContext.Default, default).Soon();
}
