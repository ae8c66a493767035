using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.StoreProbe;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Xunit.Abstractions;

namespace BearerTools.Tests.Storage.Fleet;

/// <summary>Real processes that share one login, whose refresh token changes at each use, through Redis.</summary>
public sealed class FleetLoginTests(ITestOutputHelper output)
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("BEARERTOOLS_SOAK") == "1";
    private static readonly int s_processes = s_isSoak ? 16 : 3;
    private static readonly int s_rounds = s_isSoak ? 200 : 5;

    [ProgramFact(RedisServer.Program)]
    public async Task Processes_renew_one_login_with_one_request_a_round()
    {
        await using var server = await RedisServer.StartAsync();
        await using var authority = await RotatingAuthority.StartAsync();
        await authority.SeedAsync(FleetProbe.Services(server.Address, server.Key, TimeSpan.FromSeconds(30)), StoreKind.Redis);
        var probes = await Task.WhenAll(
            Enumerable.Range(0, s_processes).Select(_ => ProbeProcess.SharingAsync(server, TimeSpan.FromSeconds(30), authority)));
        try
        {
            for (var round = 1; round <= s_rounds; round++)
            {
                foreach (var probe in probes) probe.Write(round == 1 ? "get" : "replace");
                var results = await Task.WhenAll(probes.Select(probe => probe.ReadAsync()));

                Assert.StartsWith("token ", Assert.Single(results.Distinct()), StringComparison.Ordinal);
                Assert.Equal((round, 0), (authority.Refreshes, authority.Reuses));
            }

            output.WriteLine($"{s_rounds} rounds of {s_processes} processes: {authority.Refreshes} refreshes, {authority.Reuses} reuses");
        }
        finally
        {
            foreach (var probe in probes) await probe.DisposeAsync();
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task An_owner_that_is_stopped_past_its_lease_stores_no_stale_token()
    {
        await using var server = await RedisServer.StartAsync();
        await using var authority = await RotatingAuthority.StartAsync(toleratesLostResponses: true);
        var lease = TimeSpan.FromMilliseconds(1500);
        var services = FleetProbe.Services(server.Address, server.Key, lease);
        await authority.SeedAsync(services, StoreKind.Redis);
        await using var stalled = await ProbeProcess.SharingAsync(server, lease, authority);
        await using var other = await ProbeProcess.SharingAsync(server, lease, authority);
        var stale = 0;
        var rounds = s_isSoak ? 50 : 2;
        for (var round = 0; round < rounds; round++)
        {
            // Its request is at the authority when it is stopped, and is looked at when it goes on.
            var (arrived, isContinued) = (new TaskCompletionSource(), new TaskCompletionSource());
            var requests = 0;
            authority.Before = () =>
            {
                if (Interlocked.Increment(ref requests) > 1) return Task.CompletedTask;
                arrived.SetResult();
                return isContinued.Task;
            };
            var command = round == 0 ? "get" : "replace";
            stalled.Write(command);
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await stalled.SignalAsync("STOP");
            var newer = await other.AskAsync(command);
            Assert.StartsWith("token ", newer, StringComparison.Ordinal);
            isContinued.SetResult();
            await stalled.SignalAsync("CONT");

            Assert.Equal(newer, await stalled.ReadAsync());
            var stored = (await services.Stores.Find(StoreKind.Redis)!.ListAsync(default))[0].Token;
            if ($"token {RenewProbe.Digest(stored.ToResult().Token)}" != newer) stale++;
        }

        Assert.Equal(0, stale);
        output.WriteLine($"{rounds} stops past a lease: {stale} stale tokens stored, {authority.Reuses} reuses");
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_failover_to_a_replica_loses_no_login()
    {
        await using var primary = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        await using var replica = await RedisServer.StartAsync(
            "--replicaof", "127.0.0.1", primary.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        for (var i = 0; i < 200 && !(await replica.AskAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal); i++)
            await Task.Delay(50);
        await using var authority = await RotatingAuthority.StartAsync();
        var services = FleetProbe.Services($"{primary.Address},{replica.Address}", primary.Key, TimeSpan.FromSeconds(30));
        await authority.SeedAsync(services, StoreKind.Redis);
        var entry = services.Cache.Entry(services.Stores.Storing(RenewProbe.Login(services, authority.Endpoint), StoreKind.Redis));
        var first = await entry.GetAsync(TokenRequestContext.Default, default);
        await primary.KillAsync();
        // What is in memory is used.
        Assert.Same(first, await entry.GetAsync(TokenRequestContext.Default, default));
        await Assert.ThrowsAsync<BearerTokenException>(() => entry.RenewAsync(TokenRequestContext.Default, default));
        Assert.Equal(1, authority.Refreshes);

        await replica.AskAsync("REPLICAOF", "NO", "ONE");

        for (var i = 0; authority.Refreshes < 2 && i < 200; i++)
        {
            await Task.Delay(100);
            try
            {
                await entry.RenewAsync(TokenRequestContext.Default, default);
            }
            catch (BearerTokenException)
            {
                // The new primary is not known yet.
            }
        }

        Assert.Equal((2, 0), (authority.Refreshes, authority.Reuses));
    }

    [ProgramFact(RedisServer.Program)]
    public async Task While_the_server_is_away_a_login_that_needs_no_sharing_falls_back_to_one_of_its_own()
    {
        await using var server = await RedisServer.StartAsync();
        var source = new ScriptedSource(TimeProvider.System);
        var options = server.Options();
        var services = new BearerServices(loadFleet: (known, time) => new BearerTools.Redis.RedisFleet(known, time));
        var log = new EventLog();
        var context = new TokenRequestContext { Events = log };
        var alone = new TokenEntry(services.Stores.Storing(source, StoreKind.Redis, options, fallsBack: true), TimeProvider.System);
        var strict = new TokenEntry(services.Stores.Storing(source, StoreKind.Redis, options), TimeProvider.System);
        await server.KillAsync();

        await alone.GetAsync(context, default);

        Assert.Equal(1, source.Requests);
        Assert.Single(log.Of<StoreBypassed>());
        Assert.Equal(StoreErrors.UnavailableId, (await Assert.ThrowsAsync<BearerTokenException>(async () => await strict.GetAsync(context, default))).ErrorId);
        Assert.Equal(1, source.Requests);
        var shared = new ScriptedSource(TimeProvider.System) { CanStartOver = false };
        Assert.Equal("StoreFallbackNotPossible", Assert.Throws<BearerTokenException>(() => services.Stores.Storing(shared, StoreKind.Redis, options, fallsBack: true)).ErrorId);
    }
}
