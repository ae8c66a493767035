using EventLog = BearerTools.Tests.Support.EventLog;
using System.Diagnostics;
using BearerTools.Diagnostics;
using BearerTools.Fleet;
using BearerTools.Grants;
using BearerTools.Redis;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage.Fleet;

/// <summary>A server that is full, refuses commands, hangs, or whose keys another client has changed.</summary>
public sealed class RedisFaultTests : RedisTests
{
    private const string Entry = $"bearertools:{{{Identity}}}:entry";
    private const string LeaseName = $"bearertools:{{{Identity}}}:lease";

    private readonly EventLog _log = new();

    [ProgramFact(RedisServer.Program)]
    public async Task A_fullServer_deletes_and_no_owner_brings_the_login_back()
    {
        using var worker = Server.Worker();
        using var stalled = Server.Worker();
        await StoreAsync(worker);
        await using var slot = await stalled.Tokens.LockAsync(Identity, _log, default);
        await Server.AskAsync("DEL", LeaseName);
        await Server.AskAsync("CONFIG", "SET", "maxmemory", "1");

        await using (var deleting = await worker.Tokens.LockToDeleteAsync(Identity, _log, default))
        {
            Assert.NotNull(await deleting.ReadAsync(default));
            Assert.True(await deleting.DeleteAsync());
        }

        await Server.AskAsync("CONFIG", "SET", "maxmemory", "0");
        await Assert.ThrowsAsync<BearerTokenException>(() => slot.WriteAsync(NewToken()));
        Assert.Null(await worker.Tokens.ReadAsync(Identity, default));
        Assert.Empty(await Server.AskAsync("EXISTS", LeaseName) is "0" ? string.Empty : "The lease was not released.");
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_fullServer_can_be_cleared_and_a_login_on_it_revoked()
    {
        using var worker = Server.Worker();
        await StoreAsync(worker);
        var authority = new Revoking();
        await Server.AskAsync("CONFIG", "SET", "maxmemory", "1");
        var held = (await worker.Tokens.ReadAsync(Identity, default))!.ToResult();

        await new StoredAuthority(authority, worker.Tokens, Identity).RevokeAsync(held, null, _log, default);
        Assert.Equal(held.Token.Value.Reveal(), authority.Revoked);
        Assert.Null(await worker.Tokens.ReadAsync(Identity, default));

        await Server.AskAsync("CONFIG", "SET", "maxmemory", "0");
        await StoreAsync(worker);
        await Server.AskAsync("CONFIG", "SET", "maxmemory", "1");
        await worker.DeleteAllAsync(default);
        Assert.Null(await worker.Tokens.ReadAsync(Identity, default));
    }

    [ProgramFact(RedisServer.Program)]
    public async Task Keys_that_another_client_has_changed_are_replaced_with_a_warning_and_can_be_cleared()
    {
        using var worker = Server.Worker();
        string[][] cases =
        [
            ["SET", Entry, "hello"], ["RPUSH", Entry, "1"], ["HSET", LeaseName, "a", "1"], ["HSET", Entry, "n", "abc"],
            ["HSET", Entry, "f", "abc"], ["HSET", Entry, "n", "9e18", "f", "9e18"], ["HSET", Entry, "v", "abc", "d", "abc"],
        ];
        foreach (var damage in cases)
        {
            await StoreAsync(worker);
            if (damage[0] != "HSET") await Server.AskAsync("DEL", Entry);
            await Server.AskAsync(damage);
            await worker.Tokens.ReadAsync(Identity, default);

            var before = _log.Of<StoredEntryIgnored>().Count();
            await using (var slot = await worker.Tokens.LockAsync(Identity, _log, default))
            {
                var isRead = await slot.ReadAsync(default) is not null;
                Assert.Equal(isRead ? before : before + 1, _log.Of<StoredEntryIgnored>().Count());
                await slot.WriteAsync(NewToken());
            }

            Assert.NotNull(await worker.Tokens.ReadAsync(Identity, default));
            if (damage[0] != "HSET") await Server.AskAsync("DEL", Entry);
            await Server.AskAsync(damage);
            await worker.DeleteAllAsync(default);
            Assert.Null(await worker.Tokens.ReadAsync(Identity, default));
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_lease_without_end_gets_one()
    {
        using var worker = Server.Worker(TimeSpan.FromMilliseconds(300));
        await Server.AskAsync("SET", LeaseName, "someone");

        var slot = await worker.Tokens.LockAsync(Identity, _log, default).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(await slot.ConfirmAsync());
        await slot.DisposeAsync();
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_pause_or_slots_that_another_client_has_written_stop_no_worker()
    {
        foreach (var value in new[] { "9000000000000000000", "1e30", "-5", "abc", "nan", null }) await PaceWithAsync(value);
    }

    private async Task PaceWithAsync(string? value)
    {
        using var worker = Server.Worker();
        var (origin, rate) = (Origin.Of(new Uri("https://api.contoso.com/")), RateLimit.Parse("1000/s"));
        foreach (var limit in new[] { null, rate })
        {
            (await worker.Pace.EnterAsync(origin, limit, null, _log, default).AsTask())?.Dispose();
            await worker.Pace.PauseAsync(origin, TimeSpan.FromMilliseconds(1), _log);
        }

        foreach (var name in (await Server.AskAsync("--scan")).Split('\n').Append(await PauseNameAsync()))
        {
            await Server.AskAsync("DEL", name);
            if (value is null) await Server.AskAsync("RPUSH", name, "1");
            else if (name.Contains("rate-", StringComparison.Ordinal)) await Server.AskAsync("HSET", name, "next", value, "even", value, value, value);
            else if (name.Contains("workers-", StringComparison.Ordinal)) await Server.AskAsync("ZADD", name, "9e18", value);
            else await Server.AskAsync("SET", name, value);
        }

        using var other = Server.Worker();
        foreach (var limit in new[] { null, rate })
            (await other.Pace.EnterAsync(origin, limit, TimeSpan.FromSeconds(1), _log, default).AsTask().WaitAsync(TimeSpan.FromSeconds(20)))?.Dispose();

        Assert.Empty(_log.Of<SharedPaceUnavailable>());

        async Task<string> PauseNameAsync() =>
            (await Server.AskAsync("--scan")).Split('\n').First(name => name.Contains("rate-", StringComparison.Ordinal)).Split("rate-")[0] + "pause";
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_command_of_a_script_that_the_ACL_forbids_is_named_and_a_lease_that_stays_is_reported_once()
    {
        foreach (var command in new[] { "time", "hset", "set", "get" })
        {
            using var refused = Server.Worker(address: await UserAsync($"-{command}"));
            var error = await Assert.ThrowsAsync<BearerTokenException>(() => refused.Tokens.LockAsync(Identity, _log, default));

            Assert.Equal("StoreRefused", error.ErrorId);
            Assert.Contains(command.ToUpperInvariant(), error.Message, StringComparison.Ordinal);
            await Server.AskAsync("DEL", LeaseName);
        }

        using var worker = Server.Worker(TimeSpan.FromMilliseconds(400), address: await UserAsync("-del"));
        for (var i = 0; i < 2; i++) await StoreAsync(worker);

        Assert.Contains("DEL", Assert.Single(_log.Of<StoreLockNotReleased>()).Reason, StringComparison.Ordinal);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task AServer_that_hangs_at_the_first_contact_takes_no_longer_than_later()
    {
        await Server.SignalAsync("STOP");
        try
        {
            foreach (var scheme in new[] { "redis", "rediss" })
            {
                using var worker = Server.Worker(address: $"{scheme}://{Server.Address}");
                var clock = Stopwatch.StartNew();

                Assert.Equal(StoreErrors.UnavailableId, (await Assert.ThrowsAsync<BearerTokenException>(() => worker.CheckAsync(true, _log, default))).ErrorId);

                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4.5), $"{scheme}: {clock.Elapsed}");
            }
        }
        finally
        {
            await Server.SignalAsync("CONT");
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task Without_a_limit_an_outage_is_no_warning_about_one()
    {
        using var worker = Server.Worker();
        var origin = Origin.Of(new Uri("https://api.contoso.com/"));
        await worker.Pace.EnterAsync(origin, null, null, _log, default);
        await Server.KillAsync();
        await worker.Pace.PauseAsync(origin, TimeSpan.FromMilliseconds(1), _log);

        var reported = Assert.Single(_log.Of<SharedPaceUnavailable>());
        Assert.Equal((false, EventLevel.Verbose), (reported.HasLimit, reported.Level));
        Assert.DoesNotContain("limit", EventText.Format(reported), StringComparison.Ordinal);
        await worker.Pace.EnterAsync(origin, RateLimit.Parse("1000/s"), null, _log, default);
        Assert.Equal(EventLevel.Warning, _log.Of<SharedPaceUnavailable>().Last().Level);
        await Server.StartAgainAsync();
    }

    [Fact]
    public void A_variable_that_has_changed_leads_to_anotherServer_or_key()
    {
        const string Variable = "BEARERTOOLS_TEST_REDIS_ID";
        var options = new FleetOptions { Place = $"env:{Variable}", Connection = SecretReference.Parse($"env:{Variable}") };
        try
        {
            var missing = options.Id;
            Environment.SetEnvironmentVariable(Variable, "redis://ops:first@one.contoso.com");
            var first = options.Id;
            Assert.Equal(first, options.Id);
            Environment.SetEnvironmentVariable(Variable, "redis://ops:second@one.contoso.com");

            Assert.Equal(3, new HashSet<string> { missing, first, options.Id }.Count);
            Assert.DoesNotContain("second", options.Id, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private async Task<string> UserAsync(string without)
    {
        await Server.AskAsync("ACL", "SETUSER", "ops", "reset", "on", ">right", "~bearertools:*", "+@all", without);
        return $"redis://ops:right@{Server.Address}";
    }

    private async Task StoreAsync(RedisFleet worker)
    {
        await using var slot = await worker.Tokens.LockAsync(Identity, _log, default);
        await slot.WriteAsync(NewToken());
    }

    private static StoredToken NewToken() => new()
    {
        AccessToken = new Secret(TestTokens.TokenText()),
        RefreshToken = new Secret(TestTokens.TokenText()),
        ExpiresOn = DateTimeOffset.UtcNow.AddHours(1),
    };

    private sealed class Revoking : ITokenAuthority
    {
        public string? Revoked { get; private set; }

        public Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel)
        {
            Revoked = held.Token.Value.Reveal();
            return Task.CompletedTask;
        }

        public Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
