using BearerTools.Diagnostics;
using BearerTools.Redis;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage.Fleet;

public sealed class RedisTokenStoreTests : RedisTests
{
    private static readonly TimeSpan s_shortLease = TimeSpan.FromMilliseconds(400);

    private readonly EventLog _log = new();

    [ProgramFact(RedisServer.Program)]
    public async Task What_one_worker_stores_another_one_reads_and_theServer_cannot()
    {
        using var first = Server.Worker();
        using var second = Server.Worker();
        var token = NewToken();

        await StoreAsync(first, token);

        var read = await second.Tokens.ReadAsync(Identity, default);
        Assert.Equal(token.AccessToken.Reveal(), read!.AccessToken.Reveal());
        Assert.Equal(token.RefreshToken!.Reveal(), read.RefreshToken!.Reveal());
        Assert.Equal(Identity, Assert.Single(await second.Tokens.ListAsync(default)).Identity);
        var raw = await Server.AskAsync("HGETALL", $"bearertools:{{{Identity}}}:entry");
        Assert.DoesNotContain(token.AccessToken.Reveal(), raw, StringComparison.Ordinal);
        Assert.DoesNotContain("access_token", raw, StringComparison.Ordinal);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task An_entry_lives_as_long_as_its_token_and_a_login_that_can_be_renewed_for_90_days()
    {
        using var worker = Server.Worker();
        await StoreAsync(worker, NewToken() with { RefreshToken = null });
        var alone = await LifeAsync();
        await StoreAsync(worker, NewToken());

        Assert.InRange(alone, 3600, 3600 + 300);
        Assert.InRange(await LifeAsync(), (90 * 86400) - 60, (90 * 86400) + 300);

        async Task<long> LifeAsync() => long.Parse(
            await Server.AskAsync("TTL", $"bearertools:{{{Identity}}}:entry"), System.Globalization.CultureInfo.InvariantCulture);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_lease_is_held_while_its_owner_runs_and_names_it()
    {
        using var first = Server.Worker(s_shortLease);
        using var second = Server.Worker(s_shortLease);
        var slot = await first.Tokens.LockAsync(Identity, _log, default);
        var waiting = second.Tokens.LockAsync(Identity, _log, default);
        // Twice its life: it is renewed.
        await Task.Delay(2 * s_shortLease);
        Assert.False(waiting.IsCompleted);
        Assert.True(await slot.ConfirmAsync());

        await slot.DisposeAsync();

        await (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).DisposeAsync();
        Assert.Contains($"process {Environment.ProcessId} on", Assert.Single(_log.Of<StoreLockAwaited>()).Holder, StringComparison.Ordinal);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task An_owner_whose_lease_was_taken_cannot_overwrite_the_newer_token_nor_bring_a_deleted_one_back()
    {
        using var stalled = Server.Worker();
        using var other = Server.Worker();
        await using var slot = await stalled.Tokens.LockAsync(Identity, _log, default);
        await Server.AskAsync("DEL", $"bearertools:{{{Identity}}}:lease");
        var newer = NewToken();
        await StoreAsync(other, newer);

        Assert.False(await slot.ConfirmAsync());
        var refused = await Assert.ThrowsAsync<BearerTokenException>(() => slot.WriteAsync(NewToken()));

        Assert.Equal(StoreErrors.StaleId, refused.ErrorId);
        Assert.Equal(newer.AccessToken.Reveal(), (await other.Tokens.ReadAsync(Identity, default))!.AccessToken.Reveal());
        await using (var deleting = await other.Tokens.LockAsync(Identity, _log, default)) Assert.True(await deleting.DeleteAsync());
        await Assert.ThrowsAsync<BearerTokenException>(() => slot.WriteAsync(NewToken()));
        Assert.Null(await other.Tokens.ReadAsync(Identity, default));
    }

    [ProgramFact(RedisServer.Program)]
    public async Task The_wait_for_a_lease_ends_when_the_entry_changes()
    {
        using var first = Server.Worker();
        using var second = Server.Worker();
        await StoreAsync(first, NewToken());
        var known = (await second.Tokens.ReadAsync(Identity, default))!.Revision;
        var slot = await first.Tokens.LockAsync(Identity, _log, default);
        var waiting = second.Tokens.LockUnlessChangedAsync(Identity, known, _log, default);
        await slot.WriteAsync(NewToken());

        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        await slot.DisposeAsync();
        Assert.NotEqual(known, (await second.Tokens.ReadAsync(Identity, default))!.Revision);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_worker_with_another_key_is_refused_and_replaces_nothing()
    {
        using var worker = Server.Worker();
        var token = NewToken();
        await StoreAsync(worker, token);
        using var foreign = Server.Worker(key: Convert.ToBase64String(new byte[32]));
        using var keyless = Server.Worker(key: "short");

        Assert.Null(await foreign.Tokens.ReadAsync(Identity, default));
        await using (var slot = await foreign.Tokens.LockAsync(Identity, _log, default))
            Assert.Equal("StoreKeyUnusable", (await Assert.ThrowsAsync<BearerTokenException>(() => slot.ReadAsync(default))).ErrorId);
        Assert.Equal("StoreKeyUnusable", (await Assert.ThrowsAsync<BearerTokenException>(() => keyless.CheckAsync(true, _log, default))).ErrorId);
        Assert.Equal(token.AccessToken.Reveal(), (await worker.Tokens.ReadAsync(Identity, default))!.AccessToken.Reveal());
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_damaged_entry_is_reported_and_one_of_a_newer_version_stays()
    {
        using var worker = Server.Worker();
        await StoreAsync(worker, NewToken());
        var name = $"bearertools:{{{Identity}}}:entry";
        await Server.AskAsync("HSET", name, "f", "1");
        await using (var slot = await worker.Tokens.LockAsync(Identity, _log, default)) Assert.Null(await slot.ReadAsync(default));
        Assert.Single(_log.Of<StoredEntryIgnored>());

        await Server.AskAsync("HSET", name, "v", "2");

        await using var second = await worker.Tokens.LockAsync(Identity, _log, default);
        Assert.Equal("StoreNewerVersion", (await Assert.ThrowsAsync<BearerTokenException>(() => second.ReadAsync(default))).ErrorId);
        Assert.Null(await worker.Tokens.ReadAsync(Identity, default));
    }

    [ProgramFact(RedisServer.Program)]
    public async Task AServer_that_hangs_is_an_error_within_seconds_and_fails_fast_until_it_runs_again()
    {
        using var worker = Server.Worker(timeout: TimeSpan.FromMilliseconds(500));
        await StoreAsync(worker, NewToken());
        await Server.SignalAsync("STOP");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 50; i++)
            Assert.Equal(StoreErrors.UnavailableId, (await Assert.ThrowsAsync<BearerTokenException>(() => worker.Tokens.ReadAsync(Identity, default))).ErrorId);
        var taken = clock.Elapsed;
        await Server.SignalAsync("CONT");

        Assert.True(taken < TimeSpan.FromSeconds(10), $"{taken}");
        await UntilAsync(async () => await worker.Tokens.ReadAsync(Identity, default) is not null);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task What_cannot_be_stored_while_theServer_is_away_is_stored_when_it_returns()
    {
        using var worker = Server.Worker();
        await StoreAsync(worker, NewToken());
        var slot = await worker.Tokens.LockAsync(Identity, _log, default);
        await Server.KillAsync();
        var token = NewToken();

        Assert.Equal(StoreErrors.UnavailableId, (await Assert.ThrowsAsync<BearerTokenException>(() => slot.WriteAsync(token))).ErrorId);
        await slot.DisposeAsync();
        await Server.StartAgainAsync();

        await UntilAsync(async () =>
            (await worker.Tokens.ReadAsync(Identity, default))?.AccessToken.Reveal() == token.AccessToken.Reveal());
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_fullServer_is_an_error_before_anything_is_requested()
    {
        using var worker = Server.Worker();
        await StoreAsync(worker, NewToken());
        await Server.AskAsync("CONFIG", "SET", "maxmemory", "1");

        var full = await Assert.ThrowsAsync<BearerTokenException>(() => worker.Tokens.LockAsync(Identity, _log, default));

        Assert.Equal(StoreErrors.FullId, full.ErrorId);
        Assert.NotNull(await worker.Tokens.ReadAsync(Identity, default));
    }

    [ProgramFact(RedisServer.Program)]
    public async Task Accounts_are_shared_and_deleted_with_all_tokens()
    {
        using var first = Server.Worker();
        using var second = Server.Worker();
        using (await first.Accounts.EnterAsync(default)) first.Accounts.Save([1, 2, 3], first.Accounts.Clearings);
        await StoreAsync(first, NewToken());
        using (await second.Accounts.EnterAsync(default)) Assert.Equal([1, 2, 3], second.Accounts.Load());

        await second.DeleteAllAsync(default);

        Assert.Empty(await first.Tokens.ListAsync(default));
        using (await first.Accounts.EnterAsync(default)) Assert.Null(first.Accounts.Load());
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_user_with_a_narrow_ACL_is_enough_and_a_wrong_password_is_refused()
    {
        await Server.AskAsync(
            "ACL", "SETUSER", "ops", "on", ">secret-of-a-test", "~bearertools:*", "+@read", "+@write", "+@connection", "+eval", "+evalsha",
            "+time", "+script|load", "+script|exists", "+info", "+wait", "-@dangerous", "+info");
        await Server.AskAsync("ACL", "SETUSER", "default", "off");
        using var worker = Server.Worker(address: $"redis://ops:secret-of-a-test@{Server.Address}");
        using var wrong = Server.Worker(address: $"redis://ops:wrong@{Server.Address}");

        await StoreAsync(worker, NewToken());

        Assert.NotNull(await worker.Tokens.ReadAsync(Identity, default));
        var refused = await Assert.ThrowsAsync<BearerTokenException>(() => wrong.CheckAsync(true, _log, default));
        Assert.Equal("StoreRefused", refused.ErrorId);
        Assert.DoesNotContain("wrong@", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            try
            {
                if (await condition()) return;
            }
            catch (BearerTokenException)
            {
                // Still away.
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not happen within 20 seconds.");
    }

    private async Task StoreAsync(RedisFleet worker, StoredToken token)
    {
        await using var slot = await worker.Tokens.LockAsync(Identity, _log, default);
        await slot.WriteAsync(token);
    }

    private static StoredToken NewToken() => new()
    {
        AccessToken = new Secret(TestTokens.TokenText()),
        RefreshToken = new Secret(TestTokens.TokenText()),
        ExpiresOn = DateTimeOffset.UtcNow.AddHours(1),
    };
}
