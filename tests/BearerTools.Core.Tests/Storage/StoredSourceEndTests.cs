using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

/// <summary>How the use of a stored token ends: by a revocation, by clearing the cache, or with the block that it was requested for.</summary>
public sealed class StoredSourceEndTests
{
    private readonly TestClock _clock = new();
    private readonly MemoryStore _store;
    private readonly EventLog _log = new();
    private readonly LoginStub _login;

    public StoredSourceEndTests()
    {
        _store = new MemoryStore(_clock);
        _login = new LoginStub(_clock);
    }

    private TokenRequestContext Context => new() { Events = _log };

    private TokenRequestContext Interactive => Context with { UserPrompt = new TestUserPrompt() };

    [Fact]
    public async Task Revocation_revokes_what_another_process_stored_last_and_deletes_it()
    {
        var revoked = new RevocationLog();
        _login.Authority = revoked;
        var entry = NewEntry();
        _store.Write(NewToken(TimeSpan.FromHours(1)));
        var held = await entry.GetAsync(Context, default);
        var newer = _store.Write(NewToken(TimeSpan.FromHours(1)));

        await entry.Source.Authority!.RevokeAsync(entry.BeginRevocation()!, null, _log, default);

        Assert.Equal([newer.AccessToken.Reveal(), newer.RefreshToken!.Reveal(), held.Value.Reveal()], revoked.Tokens);
        Assert.Null(_store.Stored);
    }

    [Fact]
    public async Task Clearing_the_cache_during_a_renewal_leaves_the_login_to_other_processes()
    {
        var revoked = new RevocationLog();
        _login.Authority = revoked;
        var cache = new TokenCache(_clock);
        var entry = cache.Entry(new StoredSource(_login, _store, _clock));
        _store.Write(NewToken(TimeSpan.FromHours(1)));
        var held = await entry.GetAsync(Context, default);
        var response = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _login.Before = _ =>
        {
            isSent.TrySetResult();
            return response.Task;
        };

        var renewal = entry.ReplaceAsync(held, Context, default);
        await isSent.Task.Soon();
        cache.Clear();
        response.SetResult();
        await Task.WhenAny(renewal.Soon());
        _login.Before = _ => Task.CompletedTask;
        var next = await cache.Entry(new StoredSource(_login, _store, _clock)).GetAsync(Context, default);

        Assert.Empty(revoked.Tokens);
        Assert.Single(_login.Sent);
        Assert.Equal(_store.Stored?.AccessToken.Reveal(), next.Value.Reveal());
    }

    [Fact]
    public async Task Revocation_of_a_token_that_the_user_gave_leaves_the_stored_login()
    {
        var revoked = new RevocationLog();
        _login.Authority = revoked;
        var stored = _store.Write(NewToken(TimeSpan.FromHours(1)));
        var given = TestTokens.Token();

        await NewEntry().Source.Authority!.RevokeAsync(new TokenResult(given), null, _log, default);

        Assert.Equal([given.Value.Reveal()], revoked.Tokens);
        Assert.Same(stored, _store.Stored);
    }

    [Fact]
    public async Task A_token_that_the_source_stored_first_is_its_own_also_when_it_has_renewed_it()
    {
        var source = new StoredSource(_login, _store, _clock);
        var entry = new TokenEntry(source, _clock);
        var token = await entry.GetAsync(Interactive, default);
        Assert.True(source.HasCreated);
        await entry.ReplaceAsync(token, Context, default);
        Assert.True(source.HasCreated);

        await source.DeleteCreatedAsync(_log, default);

        Assert.Null(_store.Stored);
        Assert.False(_store.IsLocked);
    }

    [Fact]
    public async Task A_token_that_the_store_had_before_or_that_another_process_has_renewed_stays()
    {
        _store.Write(NewToken(TimeSpan.FromHours(-1)));
        var renewing = new StoredSource(_login, _store, _clock);
        await new TokenEntry(renewing, _clock).GetAsync(Context, default);
        Assert.False(renewing.HasCreated);
        await renewing.DeleteCreatedAsync(_log, default);
        Assert.NotNull(_store.Stored);

        _store.Stored = null;
        var creating = new StoredSource(_login, _store, _clock);
        await new TokenEntry(creating, _clock).GetAsync(Interactive, default);
        var newer = _store.Write(NewToken(TimeSpan.FromHours(1)));
        await creating.DeleteCreatedAsync(_log, default);

        Assert.Same(newer, _store.Stored);
    }

    private StoredToken NewToken(TimeSpan lifetime) => new()
    {
        AccessToken = new Secret(TestTokens.TokenText()),
        IssuedOn = _clock.GetUtcNow() - TimeSpan.FromHours(2),
        ExpiresOn = _clock.GetUtcNow() + lifetime,
        RefreshToken = new Secret(TestTokens.TokenText()),
    };

    private TokenEntry NewEntry() => new(new StoredSource(_login, _store, _clock), _clock);

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
