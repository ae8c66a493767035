using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

public sealed class StoredFallbackTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_may_request_a_token_of_its_own_shares_none_with_one_that_may_not(bool isFirst)
    {
        var away = new BearerTokenException("Redis is away.") { ErrorId = StoreErrors.UnavailableId };
        var store = new MemoryStore(_clock) { LockFault = away };
        var source = new ScriptedSource(_clock);
        var cache = new TokenCache(_clock);
        foreach (var fallsBack in new[] { isFirst, !isFirst })
        {
            var entry = cache.Entry(new StoredSource(source, store, _clock, fallsBack));
            if (fallsBack) await entry.GetAsync(TokenRequestContext.Default, default);
            else Assert.Same(away, await Assert.ThrowsAsync<BearerTokenException>(() => entry.GetAsync(TokenRequestContext.Default, default).AsTask()));
        }

        Assert.Equal(1, source.Requests);
    }
}
