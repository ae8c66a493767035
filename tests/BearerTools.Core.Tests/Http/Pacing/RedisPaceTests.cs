using System.Collections.Concurrent;
using System.Diagnostics;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Redis;
using BearerTools.Security;
using BearerTools.Tests.Support;
using EventLog = BearerTools.Tests.Support.EventLog;
using Xunit.Abstractions;

namespace BearerTools.Tests.Http.Pacing;

/// <summary>Workers, each with a connection of its own, that share a rate limit through a Redis server.</summary>
public sealed class RedisPaceTests(ITestOutputHelper output)
{
    private const int Workers = 16;

    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("BEARERTOOLS_SOAK") == "1";
    private static readonly Origin s_origin = Origin.Of(new Uri("https://api.contoso.com"));
    private static readonly RateLimit s_limit = RateLimit.Parse("50/s");

    [ProgramFact(RedisServer.Program)]
    public async Task Workers_together_stay_at_the_limit_in_any_second_however_late_messages_arrive()
    {
        await using var server = await RedisServer.StartAsync();
        var fleet = Enumerable.Range(0, Workers).Select(_ => server.Worker()).ToArray();
        var arrivals = new ConcurrentBag<long>();
        var seconds = s_isSoak ? 60 : 4;
        await RunAsync(fleet, s_limit, concurrent: 2, TimeSpan.FromSeconds(seconds), async () =>
        {
            // On its way, and back.
            await Task.Delay(Random.Shared.Next(15));
            arrivals.Add(Stopwatch.GetTimestamp());
            await Task.Delay(Random.Shared.Next(15));
        });

        var times = arrivals.Order().ToArray();
        var most = Enumerable.Range(0, times.Length).Max(
            i => times.Skip(i).TakeWhile(time => time - times[i] < Stopwatch.Frequency).Count());
        var average = (times.Length - 1) / Stopwatch.GetElapsedTime(times[0], times[^1]).TotalSeconds;
        output.WriteLine($"{times.Length} messages of {Workers} workers: at most {most} in any second, {average:0.0}/s");
        // Beside other tests, this process may note an arrival late.
        Assert.InRange(most, 1, s_isSoak ? 50 : 60);
        // On a machine with nothing else to do it is 49.
        Assert.InRange(average, 25, 51);
        Dispose(fleet);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task At_5000_requests_a_second_a_tenth_of_a_trip_is_enough_for_a_request()
    {
        await using var server = await RedisServer.StartAsync();
        var fleet = Enumerable.Range(0, Workers).Select(_ => server.Worker()).ToArray();
        var sent = 0;
        var clock = Stopwatch.StartNew();
        await RunAsync(fleet, RateLimit.Parse("5000/s"), concurrent: 32, TimeSpan.FromSeconds(s_isSoak ? 20 : 3), () =>
        {
            Interlocked.Increment(ref sent);
            return Task.CompletedTask;
        });
        var trips = fleet.Sum(worker => worker.Trips);
        output.WriteLine($"{sent / clock.Elapsed.TotalSeconds:0} requests/s, {(double)trips / sent:0.000} trips to Redis a request");
        Assert.InRange((double)trips / sent, 0, 0.1);
        Dispose(fleet);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_pause_that_one_worker_learns_of_holds_for_all()
    {
        await using var server = await RedisServer.StartAsync();
        using var first = server.Worker();
        using var second = server.Worker();
        await second.CheckAsync(false, EventSink.None, default);
        var clock = Stopwatch.StartNew();
        await first.Pace.PauseAsync(s_origin, TimeSpan.FromSeconds(2), EventSink.None);
        var asked = clock.Elapsed;

        (await second.Pace.EnterAsync(s_origin, s_limit, null, EventSink.None, default))?.Dispose();

        Assert.True(clock.Elapsed - asked > TimeSpan.FromSeconds(1.5), $"{clock.Elapsed}");
        using var third = server.Worker();
        await first.Pace.PauseAsync(s_origin, TimeSpan.FromSeconds(2), EventSink.None);
        clock.Restart();
        await third.Pace.EnterAsync(s_origin, null, null, EventSink.None, default);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(0.5), $"{clock.Elapsed}");
    }

    [ProgramFact(RedisServer.Program)]
    public async Task While_the_server_is_away_each_worker_keeps_its_share_and_warns_once()
    {
        await using var server = await RedisServer.StartAsync();
        var fleet = Enumerable.Range(0, 4).Select(_ => server.Worker(timeout: TimeSpan.FromSeconds(1))).ToArray();
        var log = new EventLog();
        foreach (var worker in fleet) (await worker.Pace.EnterAsync(s_origin, s_limit, null, log, default))!.Dispose();
        foreach (var worker in fleet) (await worker.Pace.EnterAsync(s_origin, s_limit, null, log, default))!.Dispose();
        await server.KillAsync();
        var sent = 0;
        await RunAsync(fleet, s_limit, concurrent: 4, TimeSpan.FromSeconds(2), () =>
        {
            Interlocked.Increment(ref sent);
            return Task.CompletedTask;
        }, log);

        // A worker that has not learned of the others yet keeps the whole limit. Without any limit it would be thousands.
        Assert.InRange(sent, 4, 450);
        Assert.Equal(fleet.Length, log.Of<SharedPaceUnavailable>().Count());
        Assert.All(log.Of<SharedPaceUnavailable>(), warning => Assert.InRange(warning.Workers, 1, 4));
        Dispose(fleet);
    }

    [ProgramFact(RedisServer.Program)]
    public async Task When_the_server_is_away_and_when_it_returns_is_reported_and_traced()
    {
        await using var server = await RedisServer.StartAsync();
        using var worker = server.Worker(timeout: TimeSpan.FromSeconds(1));
        var (log, trace) = (new EventLog(), new TraceLog());
        worker.Trace = trace;
        (await worker.Pace.EnterAsync(s_origin, s_limit, null, log, default))!.Dispose();
        Assert.Equal("all workers of the fleet share -RateLimit", worker.Pace.Limit);
        await server.KillAsync();
        await UntilAsync<SharedPaceUnavailable>();
        Assert.Equal("this worker keeps -RateLimit by itself while Redis is away", worker.Pace.Limit);

        await server.StartAgainAsync();
        await UntilAsync<SharedPaceReturned>();

        Assert.Equal("all workers of the fleet share -RateLimit", worker.Pace.Limit);
        Assert.Equal(2, trace.After().OfType<TokenRecord>().Count(record => record.Text.StartsWith("-RateLimitScope Fleet", StringComparison.Ordinal)));

        async Task UntilAsync<T>()
            where T : DiagnosticEvent
        {
            for (var clock = Stopwatch.StartNew(); !log.Of<T>().Any(); )
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"There was no {typeof(T).Name} within 20 seconds.");
                (await worker.Pace.EnterAsync(s_origin, s_limit, null, log, default))?.Dispose();
            }
        }
    }

    private static Task RunAsync(
        RedisFleet[] fleet, RateLimit limit, int concurrent, TimeSpan duration, Func<Task> send, IEventSink? events = null)
    {
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(fleet.SelectMany(worker => Enumerable.Range(0, concurrent).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration)
            {
                using var slot = await worker.Pace.EnterAsync(s_origin, limit, null, events ?? EventSink.None, default);
                await send();
            }
        }))));
    }

    private static void Dispose(RedisFleet[] fleet)
    {
        foreach (var worker in fleet) worker.Dispose();
    }
}
