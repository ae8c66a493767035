using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

/// <summary>Claims that an API asks for are requested until a token has them.</summary>
public sealed class ClaimsTests
{
    private const string Claims = """{"access_token":{}}""";

    private readonly TestClock _clock = new();

    [Fact]
    public async Task A_request_under_way_without_the_claims_is_not_waited_for()
    {
        var source = new ScriptedSource(_clock) { TakesClaims = true };
        var entry = new TokenEntry(source, _clock);
        var rejected = await entry.GetAsync(TokenRequestContext.Default, default);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Before = (request, _) => request == 2 ? held.Task : Task.CompletedTask;
        await source.NextRequestAsync();
        var without = entry.RenewAsync(TokenRequestContext.Default, default);
        await source.NextRequestAsync();

        var replacement = await entry.ReplaceAsync(rejected, new TokenRequestContext { Claims = Claims }, default).Soon();
        held.SetResult();
        await without.Soon();

        Assert.Equal([null, null, Claims], source.Claims);
        Assert.Same(replacement, entry.Current);
    }

    [Fact]
    public async Task They_are_requested_again_when_the_first_attempt_failed_and_not_once_there_is_such_a_token()
    {
        var source = new ScriptedSource(_clock) { TakesClaims = true, Before = (request, _) => request == 2 ? throw new BearerTokenException("no") : Task.CompletedTask };
        var entry = new TokenEntry(source, _clock);
        var rejected = await entry.GetAsync(TokenRequestContext.Default, default);

        await Assert.ThrowsAsync<BearerTokenException>(() => entry.ReplaceAsync(rejected, new TokenRequestContext { Claims = Claims }, default));
        await entry.RenewAsync(TokenRequestContext.Default, default);
        await entry.RenewAsync(TokenRequestContext.Default, default);

        Assert.Equal([null, Claims, Claims, null], source.Claims);
    }

    [Fact]
    public async Task A_source_that_takes_no_claims_gets_an_ordinary_request()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);

        Assert.NotNull(await entry.ReplaceAsync(await entry.GetAsync(TokenRequestContext.Default, default), new TokenRequestContext { Claims = Claims }, default));
        Assert.Equal([null, null], source.Claims);
    }

    [Fact]
    public async Task A_token_of_an_account_that_is_kept_is_renewed_though_no_refresh_token_is_seen()
    {
        var entry = new TokenEntry(new AccountSource(), _clock);

        Assert.False(entry.CanRenew);
        await entry.GetAsync(TokenRequestContext.Default, default);
        Assert.True(entry.CanRenew);
    }

    private sealed class AccountSource : ITokenSource
    {
        public TokenKey Key { get; } = new TokenKey.Builder().Build();

        public TokenMetadata Metadata { get; } = new();

        public bool CanRenew => false;

        public IEnumerable<Origin> Origins => [];

        public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel) =>
            Task.FromResult(new TokenResult(TestTokens.Token()) { AccountId = "ada.contoso" });
    }
}
