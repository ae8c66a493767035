using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

public sealed class StoredSourceTests : StoredTokenTests
{
    private readonly TokenEntry _entry;

    public StoredSourceTests() => _entry = NewEntry();

    [Fact]
    public async Task A_stored_token_is_used_without_a_request()
    {
        var stored = Store.Write(NewToken(TimeSpan.FromHours(1)));

        var token = await _entry.GetAsync(Context, default);

        Assert.Equal(stored.AccessToken.Reveal(), token.Value.Reveal());
        Assert.Empty(Login.Sent);
        Assert.Equal([new StoredTokenUsed(token.Fingerprint, token.ExpiresOn)], Log.Of<StoredTokenUsed>());
    }

    [Fact]
    public async Task A_stored_token_that_has_expired_is_renewed_and_the_new_one_stored()
    {
        var stored = Store.Write(NewToken(TimeSpan.FromHours(-1)));

        var token = await _entry.GetAsync(Context, default);

        Assert.Equal([stored.RefreshToken!.Reveal()], Login.Sent);
        Assert.Equal(token.Value.Reveal(), Store.Stored?.AccessToken.Reveal());
        Assert.NotEqual(stored.RefreshToken.Reveal(), Store.Stored?.RefreshToken?.Reveal());
        Assert.False(Store.IsLocked);
    }

    [Fact]
    public async Task A_token_that_another_process_renewed_replaces_a_rejected_one_without_a_request()
    {
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var rejected = await _entry.GetAsync(Context, default);
        var renewed = Store.Write(NewToken(TimeSpan.FromHours(1)));

        var token = await _entry.ReplaceAsync(rejected, Context, default);

        Assert.Equal(renewed.AccessToken.Reveal(), token?.Value.Reveal());
        Assert.Empty(Login.Sent);
    }

    [Fact]
    public async Task A_rejected_token_is_renewed_with_the_refresh_token_that_is_stored_now()
    {
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var rejected = await _entry.GetAsync(Context, default);
        // Another process has stored the same access token with another refresh token.
        var stored = Store.Write(Store.Stored! with { RefreshToken = new Secret(TestTokens.TokenText()) });

        await _entry.ReplaceAsync(rejected, Context, default);

        Assert.Equal([stored.RefreshToken!.Reveal()], Login.Sent);
    }

    [Fact]
    public async Task After_a_logout_in_another_process_no_refresh_token_is_sent()
    {
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var rejected = await _entry.GetAsync(Context, default);
        Store.Stored = null;

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.ReplaceAsync(rejected, Context, default));

        Assert.Equal("LoginRequired", error.ErrorId);
        Assert.Empty(Login.Sent);
    }

    [Fact]
    public async Task A_new_token_on_request_is_not_one_that_was_stored_before()
    {
        var stored = Store.Write(NewToken(TimeSpan.FromHours(1)));
        Clock.Advance(TimeSpan.FromMinutes(1));

        var token = await _entry.RenewAsync(Context, default);

        Assert.NotEqual(stored.AccessToken.Reveal(), token.Value.Reveal());
        Assert.Equal([stored.RefreshToken!.Reveal()], Login.Sent);
    }

    [Fact]
    public async Task A_refused_refresh_token_is_not_believed_if_another_process_has_stored_a_newer_token()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        StoredToken? newer = null;
        Login.Before = _ =>
        {
            newer = Store.Write(NewToken(TimeSpan.FromHours(1)));
            throw InvalidGrant();
        };

        var token = await _entry.GetAsync(Context, default);

        Assert.Equal(newer!.AccessToken.Reveal(), token.Value.Reveal());
        Assert.Equal([new RefusedTokenReplaced(token.Fingerprint)], Log.Of<RefusedTokenReplaced>());
        Assert.Same(newer, Store.Stored);
    }

    [Fact]
    public async Task After_any_failed_request_a_token_that_another_process_stored_meanwhile_is_used()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        StoredToken? newer = null;
        // As for a process that was stopped for longer than its lease.
        Login.Before = _ =>
        {
            newer = Store.Write(NewToken(TimeSpan.FromHours(1)));
            throw new BearerTokenException("No response.") { ErrorId = "AuthorityTimeout" };
        };

        var token = await _entry.GetAsync(Context, default);

        Assert.Equal(newer!.AccessToken.Reveal(), token.Value.Reveal());
        Assert.Empty(Log.Of<RefusedTokenReplaced>());
    }

    [Fact]
    public async Task A_failed_request_is_the_error_if_no_other_process_has_stored_a_token()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Login.Before = _ => throw new BearerTokenException("No response.") { ErrorId = "AuthorityTimeout" };

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.GetAsync(Context, default).AsTask());

        Assert.Equal("AuthorityTimeout", error.ErrorId);
        Assert.False(Store.IsLocked);
    }

    [Fact]
    public async Task A_renewal_in_the_background_that_could_not_be_stored_is_reported_once_at_the_next_use()
    {
        Store.Write(NewToken(TimeSpan.FromMinutes(1)));
        Store.WriteFault = NotWritable();
        var first = await _entry.GetAsync(Context, default);
        var background = new EventLog();
        await _entry.GetAsync(Context with { Events = background }, default);
        await UntilAsync(() => _entry.Current != first && !_entry.IsRequesting);
        Assert.Empty(background.Of<TokenNotStored>());

        var second = await _entry.GetAsync(Context, default);
        await _entry.GetAsync(Context, default);

        Assert.NotSame(first, second);
        Assert.Equal([second.Fingerprint], Log.Of<TokenNotStored>().Select(e => e.Fingerprint));
    }

    [Fact]
    public async Task A_refused_refresh_token_is_an_error_and_the_stored_entry_stays()
    {
        var stored = Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Login.Before = _ => throw InvalidGrant();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.GetAsync(Context, default).AsTask());

        Assert.Equal("invalid_grant", error.Error);
        Assert.Same(stored, Store.Stored);
        Assert.False(Store.IsLocked);
    }

    [Fact]
    public async Task After_a_refused_refresh_token_the_user_signs_in_while_the_lock_is_free()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Login.Before = refreshToken => refreshToken is null ? Task.CompletedTask : throw InvalidGrant();
        var wasLocked = true;
        Login.SigningIn = () => wasLocked = Store.IsLocked;

        var token = await _entry.GetAsync(Interactive, default);

        Assert.False(wasLocked);
        Assert.Equal(token.Value.Reveal(), Store.Stored?.AccessToken.Reveal());
    }

    [Fact]
    public async Task The_first_sign_in_is_stored_for_other_processes()
    {
        var token = await _entry.GetAsync(Interactive, default);

        var other = await NewEntry().GetAsync(Context, default);

        Assert.Equal(token.Value.Reveal(), other.Value.Reveal());
        Assert.Equal(1, Login.SignIns);
    }

    [Fact]
    public async Task A_token_that_cannot_be_stored_is_used_and_renewed_in_this_session()
    {
        var stored = Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Store.WriteFault = NotWritable();

        var first = await _entry.GetAsync(Context, default);
        var second = await _entry.ReplaceAsync(first, Context, default);

        // The successor of the stored refresh token: the stored one is used up.
        Assert.Equal([stored.RefreshToken!.Reveal(), Login.Given[0]], Login.Sent);
        Assert.Same(stored, Store.Stored);
        Assert.Equal([first.Fingerprint, second!.Fingerprint], Log.Of<TokenNotStored>().Select(e => e.Fingerprint));
        Assert.Equal(EventLevel.Warning, Log.Of<TokenNotStored>().First().Level);

        _entry.Accepted(second);
        Store.WriteFault = null;
        var third = await _entry.ReplaceAsync(second, Context, default);

        Assert.Equal(Login.Given[1], Login.Sent[^1]);
        Assert.Equal(third!.Value.Reveal(), Store.Stored?.AccessToken.Reveal());
    }

    [Fact]
    public async Task A_token_that_could_not_be_stored_gives_way_to_one_that_another_process_stored_since()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Store.WriteFault = NotWritable();
        var first = await _entry.GetAsync(Context, default);
        var newer = Store.Write(NewToken(TimeSpan.FromHours(1)));

        var second = await _entry.ReplaceAsync(first, Context, default);

        Assert.Equal(newer.AccessToken.Reveal(), second?.Value.Reveal());
        Assert.Single(Login.Sent);
    }

    [Fact]
    public async Task Without_the_lock_a_stored_refresh_token_is_not_sent()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Store.LockFault = NotWritable();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.GetAsync(Context, default).AsTask());

        Assert.Equal("StoreNotWritable", error.ErrorId);
        Assert.Empty(Login.Sent);
        Assert.NotNull(await _entry.GetAsync(Interactive, default));
        Assert.Single(Log.Of<TokenNotStored>());
    }

    [Fact]
    public async Task A_lock_that_another_process_holds_too_long_is_the_error_of_the_caller()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        Store.LockFault = StoreErrors.Locked("process 1 (pwsh)", TimeSpan.FromMinutes(1));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.GetAsync(Interactive, default).AsTask());

        Assert.Equal("StoreLocked", error.ErrorId);
        Assert.Equal(0, Login.SignIns);
    }

    [Fact]
    public async Task A_cancelled_caller_does_not_cancel_a_refresh_and_the_next_one_uses_its_result()
    {
        Store.Write(NewToken(TimeSpan.FromHours(-1)));
        var response = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Login.Before = _ =>
        {
            isSent.TrySetResult();
            return response.Task;
        };
        using var cancel = new CancellationTokenSource();
        var cancelled = _entry.GetAsync(Context, cancel.Token).AsTask();
        await isSent.Task.Soon();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());

        var next = _entry.GetAsync(Context, default).AsTask();
        response.SetResult();
        var token = await next.Soon();

        Assert.Single(Login.Sent);
        Assert.Equal(Store.Stored?.AccessToken.Reveal(), token.Value.Reveal());
    }

    [Fact]
    public async Task Required_claims_are_requested_although_a_valid_token_is_stored()
    {
        Login.TakesClaims = true;
        Store.Write(NewToken(TimeSpan.FromHours(1)));
        var rejected = await _entry.GetAsync(Context, default);
        Store.Write(NewToken(TimeSpan.FromHours(1)));

        await _entry.ReplaceAsync(rejected, Context with { Claims = "{}" }, default);

        Assert.Single(Login.Sent);
    }

    [Fact]
    public async Task A_token_whose_identity_depends_on_a_secret_is_refused()
    {
        var given = new LoginStub(Clock, new TokenKey.Builder().AddIdentifyingSecret("token", new Secret(TestTokens.TokenText())).Build());

        var error = Assert.Throws<BearerTokenException>(() => new StoredSource(given, Store, Clock));

        Assert.Equal("StoreNotPossible", error.ErrorId);
        await Task.CompletedTask;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }

    private static BearerTokenException InvalidGrant() => new("Refused.", "invalid_grant", null, null);

    private static BearerTokenException NotWritable() => StoreErrors.NotWritten("/store", new UnauthorizedAccessException("No right."));
}
