using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

/// <summary>How the use of a stored token ends: by a revocation, by clearing the cache, or with the block that it was requested for.</summary>
public sealed class StoredSourceEndTests : StoredTokenTests
{
    [Fact]
    public async Task Revocation_revokes_what_another_process_stored_last_and_deletes_it()
    {
        var revoked = new RevocationLog();
        Login.Authority = revoked;
        var entry = NewEntry();
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var held = await entry.GetAsync(Context, default);
        var newer = Store.Write(NewToken(TimeSpan.FromHours(1)));

        await entry.Source.Authority!.RevokeAsync(entry.BeginRevocation()!, null, Log, default);

        Assert.Equal([newer.AccessToken.Reveal(), newer.RefreshToken!.Reveal(), held.Value.Reveal()], revoked.Tokens);
        Assert.Null(Store.Stored);
    }

    [Fact]
    public async Task Clearing_the_cache_during_a_renewal_leaves_the_login_to_other_processes()
    {
        var revoked = new RevocationLog();
        Login.Authority = revoked;
        var cache = new TokenCache(Clock);
        var entry = cache.Entry(new StoredSource(Login, Store, Clock));
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var held = await entry.GetAsync(Context, default);
        var response = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Login.Before = _ =>
        {
            isSent.TrySetResult();
            return response.Task;
        };

        var renewal = entry.ReplaceAsync(held, Context, default);
        await isSent.Task.Soon();
        cache.Clear();
        response.SetResult();
        await Task.WhenAny(renewal.Soon());
        Login.Before = _ => Task.CompletedTask;
        var next = await cache.Entry(new StoredSource(Login, Store, Clock)).GetAsync(Context, default);

        Assert.Empty(revoked.Tokens);
        Assert.Single(Login.Sent);
        Assert.Equal(Store.Stored?.AccessToken.Reveal(), next.Value.Reveal());
    }

    [Fact]
    public async Task Revocation_of_a_token_that_the_user_gave_leaves_the_stored_login()
    {
        var revoked = new RevocationLog();
        Login.Authority = revoked;
        var stored = Store.Write(NewToken(TimeSpan.FromHours(1)));
        var given = TestTokens.Token();

        await NewEntry().Source.Authority!.RevokeAsync(new TokenResult(given), null, Log, default);

        Assert.Equal([given.Value.Reveal()], revoked.Tokens);
        Assert.Same(stored, Store.Stored);
    }

    [Fact]
    public async Task A_token_that_the_source_stored_first_is_its_own_also_when_it_has_renewed_it()
    {
        var source = new StoredSource(Login, Store, Clock);
        var entry = new TokenEntry(source, Clock);
        var token = await entry.GetAsync(Interactive, default);
        Assert.True(source.HasCreated);
        await entry.ReplaceAsync(token, Context, default);
        Assert.True(source.HasCreated);

        await source.DeleteCreatedAsync(Log, default);

        Assert.Null(Store.Stored);
        Assert.False(Store.IsLocked);
    }

    [Fact]
    public async Task A_token_that_the_store_had_before_or_that_another_process_has_renewed_stays()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        var renewing = new StoredSource(Login, Store, Clock);
        await new TokenEntry(renewing, Clock).GetAsync(Context, default);
        Assert.False(renewing.HasCreated);
        await renewing.DeleteCreatedAsync(Log, default);
        Assert.NotNull(Store.Stored);

        Store.Stored = null;
        var creating = new StoredSource(Login, Store, Clock);
        await new TokenEntry(creating, Clock).GetAsync(Interactive, default);
        var newer = Store.Write(NewToken(TimeSpan.FromHours(1)));
        await creating.DeleteCreatedAsync(Log, default);

        Assert.Same(newer, Store.Stored);
    }

    /// <summary>Records the tokens that it revokes.</summary>
    private sealed class RevocationLog : ITokenAuthority
    {
        public List<string> Tokens { get; } = [];

        public Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel)
        {
            Tokens.Add(held.Token.Value.Reveal());
            if (held.RefreshToken is { } refresh) Tokens.Add(refresh.Reveal());
            return Task.CompletedTask;
        }

        public Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel) => throw new NotSupportedException();
    }
}
