using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http.Pacing;

/// <summary>What an API reports of its quotas is advice: a request waits for it, but not for a day and not in silence.</summary>
public sealed class QuotaWaitTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task A_quota_that_is_used_up_for_a_day_costs_one_minute_with_a_warning()
    {
        await using var server = await OddServer.StartAsync(http => UsedUpAsync(http, 200));
        using var wire = new Wire(clock: _clock);
        (await wire.SendAsync(Wire.Get(server.At("/1")))).Dispose();

        var second = wire.SendAsync(Wire.Get(server.At("/2")));
        await _clock.UntilWaiting().Soon();
        Assert.InRange(_clock.NextIn!.Value.TotalSeconds, 59.9, 60.1);
        _clock.Advance(TimeSpan.FromSeconds(60.1));
        (await second.Soon()).Dispose();
        for (var n = 3; n < 10; n++) (await wire.SendAsync(Wire.Get(server.At($"/{n}")))).Dispose();

        Assert.Equal(9, server.Requests.Count);
        var warning = Assert.Single(wire.Log.Of<RequestPaused>(), e => e.Level == EventLevel.Warning);
        Assert.Equal("Waiting 60 s: the API's quota 'core' is used up. -MaximumQuotaWaitSec limits this wait.", EventText.Format(warning));
    }

    [Fact]
    public async Task A_quota_that_a_403_confirms_is_waited_for_until_its_reset()
    {
        await using var server = await OddServer.StartAsync(http => UsedUpAsync(http, 403));
        using var wire = new Wire(clock: _clock);
        (await wire.SendAsync(Wire.Get(server.At("/1")))).Dispose();

        using var stop = new CancellationTokenSource();
        var second = wire.SendAsync(Wire.Get(server.At("/2")), stop.Token);
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromHours(23));

        Assert.False(second.IsCompleted);
        Assert.Single(server.Requests);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    private static Task UsedUpAsync(HttpContext http, int status)
    {
        http.Response.Headers["X-RateLimit-Remaining"] = "0";
        http.Response.Headers["X-RateLimit-Reset"] = "86400";
        http.Response.Headers["X-RateLimit-Resource"] = "core";
        return OddServer.JsonAsync(http, "{}", status);
    }
}
