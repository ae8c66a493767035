using System.Diagnostics;
using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Redis;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using Xunit.Abstractions;

namespace BearerTools.Tests.Storage.Fleet;

/// <summary>The simulation of many workers whose figures are in docs/fleet.md. The workers share eight connections.</summary>
public sealed class FleetSizingTests(ITestOutputHelper output)
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("BEARERTOOLS_SOAK") == "1";
    private static readonly int s_workers = s_isSoak ? 1000 : 100;
    private static readonly Origin s_origin = Origin.Of(new Uri("https://api.contoso.com"));

    [ProgramFact(RedisServer.Program)]
    public async Task Many_workers_need_few_trips_little_memory_and_few_keys()
    {
        await using var server = await RedisServer.StartAsync();
        var links = Enumerable.Range(0, 8).Select(_ => new RedisLink(server.Options(), TimeProvider.System, TimeSpan.FromSeconds(20))).ToArray();
        var key = new EntryKey(server.Options());
        var stores = links.Select(link => new RedisTokenStore("x", new RedisEntries(link, key, TimeProvider.System), TimeProvider.System)).ToArray();
        var before = await MemoryAsync(server);
        await Task.WhenAll(Enumerable.Range(0, s_workers).Select(async i =>
        {
            await using var slot = await stores[i % 8].LockAsync($"LOGIN{i}", EventSink.None, default);
            await slot.WriteAsync(NewToken());
        }));
        var perLogin = (await MemoryAsync(server) - before) / s_workers;

        var known = (await stores[0].ReadAsync("LOGIN0", default))!.Revision;
        var trips = links.Sum(link => link.Trips);
        var renewals = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, s_workers).Select(async i =>
        {
            await using var slot = await stores[i % 8].LockUnlessChangedAsync("LOGIN0", known, EventSink.None, default);
            if (slot is not null)
            {
                Interlocked.Increment(ref renewals);
                await Task.Delay(300);
                await slot.WriteAsync(NewToken());
            }

            Assert.NotEqual(known, (await stores[i % 8].ReadAsync("LOGIN0", default))!.Revision);
        }));
        var perRenewal = (double)(links.Sum(link => link.Trips) - trips) / s_workers;
        output.WriteLine(FormattableString.Invariant(
            $"{s_workers} workers: {perLogin} bytes a login; one renewal of a shared login: {renewals} request, {perRenewal:0.0} trips a worker, {clock.ElapsedMilliseconds} ms"));
        Assert.Equal(1, renewals);

        before = await MemoryAsync(server);
        trips = links.Sum(link => link.Trips);
        var (sent, duration) = (0, TimeSpan.FromSeconds(s_isSoak ? 20 : 3));
        using var end = new CancellationTokenSource(duration);
        clock.Restart();
        await Task.WhenAll(Enumerable.Range(0, s_workers).Select(async i =>
        {
            var pace = new RedisPace(links[i % 8], TimeProvider.System);
            try
            {
                while (clock.Elapsed < duration)
                {
                    using var slot = await pace.EnterAsync(s_origin, RateLimit.Parse("50/s"), null, EventSink.None, end.Token);
                    Interlocked.Increment(ref sent);
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over.
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        output.WriteLine(FormattableString.Invariant(
            $"{s_workers} workers at 50/s: {sent / seconds:0} requests/s, {(links.Sum(link => link.Trips) - trips) / seconds:0} trips/s, {await MemoryAsync(server) - before} bytes, {await server.AskAsync("DBSIZE")} keys"));
        Assert.InRange(sent / seconds, 10, 60);
        foreach (var link in links) link.Dispose();
    }

    private static async Task<long> MemoryAsync(RedisServer server)
    {
        var line = (await server.AskAsync("INFO", "memory")).Split('\n').First(text => text.StartsWith("used_memory_dataset:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>As long as those of a large authority.</summary>
    private static StoredToken NewToken() => new()
    {
        AccessToken = new Secret(string.Concat(Enumerable.Range(0, 40).Select(_ => TestTokens.TokenText()))[..Math.Min(1800, 40 * TestTokens.TokenText().Length)]),
        RefreshToken = new Secret(string.Concat(Enumerable.Range(0, 40).Select(_ => TestTokens.TokenText()))[..Math.Min(1200, 40 * TestTokens.TokenText().Length)]),
        ExpiresOn = DateTimeOffset.UtcNow.AddHours(1),
    };
}
