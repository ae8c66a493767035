using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

public sealed class OriginPaceTests : OriginPaceBench
{
    [Fact]
    public void Without_a_limit_no_request_waits_and_none_is_counted()
    {
        for (var n = 0; n < 1000; n++) Assert.False(Now(Enter()).IsCounted);
    }

    [Fact]
    public async Task The_cap_of_an_origin_holds_for_all_commands_together()
    {
        Pace.Join(new PaceOptions { MaxConcurrent = 3 });
        Pace.Join(new PaceOptions { MaxConcurrent = 2 });
        var (first, second, third, fourth) = (Enter(), Enter(), Enter(), Enter());

        Assert.Equal(2, Pace.Waiting);
        CommonLane.Leave(Now(first), null);
        await third.Soon();
        Assert.Equal(1, Pace.Waiting);
        Pace.Quit(new PaceOptions { MaxConcurrent = 2 });
        await fourth.Soon();
        Assert.True(second.IsCompleted);
    }

    [Fact]
    public async Task Waiters_proceed_in_order_of_arrival()
    {
        Pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var entered = new List<Task<Permit>> { Enter(), Enter(), Enter(), Enter() };
        for (var n = 0; n < entered.Count; n++)
        {
            Assert.Equal(3 - n, Pace.Waiting);
            CommonLane.Leave(await entered[n].Soon(), null);
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_pause_that_one_response_asks_for_applies_to_all_requests(int status)
    {
        var permit = Now(Enter());
        using var response = Refusal(status, "7");

        Assert.Equal(TimeSpan.FromSeconds(7), CommonLane.Leave(permit, response));
        var next = Enter();
        Clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, Pace.Waiting);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        await next.Soon();
    }

    [Fact]
    public async Task A_permit_is_given_back_even_when_the_response_cannot_be_judged()
    {
        var pace = new OriginPace(new ClockWithoutDates(), () => 1);
        pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var lane = pace.Lane(string.Empty, default);
        var first = await lane.EnterAsync(null, null, EventSink.None, null, default);
        var second = lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();
        using var response = Refusal(429, "7");

        Assert.Throws<NotSupportedException>(() => lane.Leave(first, response));

        lane.Leave(await second.Soon(), null);
        Assert.Equal(0, pace.Waiting);
    }

    [Fact]
    public void A_503_without_Retry_After_pauses_no_request()
    {
        using var response = Refusal(503, null);
        CommonLane.Leave(Now(Enter()), response);

        Assert.True(Enter().IsCompleted);
    }

    [Fact]
    public async Task A_429_without_Retry_After_pauses_all_requests_briefly_and_longer_each_time()
    {
        var permit = Now(Enter());
        foreach (var milliseconds in (int[])[5, 10, 20, 40])
        {
            using var response = Refusal(429, null);
            CommonLane.Leave(permit, response);
            var next = Enter();
            Clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 2));
            Assert.Equal(1, Pace.Waiting);
            Clock.Advance(TimeSpan.FromMilliseconds(4));
            permit = await next.Soon();
        }
    }

    [Fact]
    public async Task A_429_now_and_then_makes_no_long_pauses()
    {
        using var good = new HttpResponseMessage();
        for (var n = 0; n < 200; n++)
        {
            using var response = Refusal(429, null);
            var entering = Enter();
            Clock.Advance(TimeSpan.FromMilliseconds(12));
            CommonLane.Leave(await entering.Soon(), n % 10 == 0 ? response : good);
        }
    }

    [Fact]
    public async Task After_a_pause_not_all_come_at_once()
    {
        var permits = Enumerable.Range(0, 8).Select(_ => Now(Enter())).ToArray();
        foreach (var permit in permits)
        {
            using var response = Refusal(429, "1");
            CommonLane.Leave(permit, response);
        }

        var entered = Enumerable.Range(0, 8).Select(_ => Enter()).ToArray();
        Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(7, Pace.Waiting);

        using var good = new HttpResponseMessage();
        CommonLane.Leave(await entered[0].Soon(), good);
        Assert.Equal(5, Pace.Waiting);
    }

    [Fact]
    public async Task After_recovery_requests_are_no_longer_counted()
    {
        using var response = Refusal(429, "1");
        CommonLane.Leave(Now(Enter()), response);
        Clock.Advance(TimeSpan.FromSeconds(2));
        using var good = new HttpResponseMessage();
        CommonLane.Leave(await Enter().Soon(), good);

        Assert.False(Now(Enter()).IsCounted);
    }

    [Fact]
    public async Task A_pause_that_ends_too_late_is_an_error_without_a_wait()
    {
        var permit = Now(Enter());
        var other = Now(Enter());
        using var shorter = Refusal(429, "5");
        CommonLane.Leave(permit, shorter);
        var waits = Enter(TimeSpan.FromSeconds(10));
        Assert.Equal(1, Pace.Waiting);

        using var longer = Refusal(429, "60");
        CommonLane.Leave(other, longer);

        var error = await Assert.ThrowsAsync<PausedTooLongException>(() => waits.Soon());
        Assert.Equal(TimeSpan.FromSeconds(60), error.Pause.For);
        await Assert.ThrowsAsync<PausedTooLongException>(() => Enter(TimeSpan.FromSeconds(59)).Soon());
        _ = Enter(TimeSpan.FromSeconds(61));
        Assert.Equal(1, Pace.Waiting);
    }

    [Fact]
    public async Task A_rate_is_kept_across_commands_and_of_several_the_strictest_counts()
    {
        var (slow, fast) = (new PaceOptions { Rate = RateLimit.Parse("2/m") }, new PaceOptions { Rate = RateLimit.Parse("100/m") });
        for (var command = 0; command < 2; command++)
        {
            Pace.Join(slow);
            Assert.True(Enter().IsCompleted);
            Pace.Quit(slow);
        }

        Pace.Join(slow);
        Pace.Join(fast);
        var third = Enter();
        Assert.Equal(1, Pace.Waiting);
        Clock.Advance(TimeSpan.FromSeconds(62));
        await third.Soon();
        Pace.Quit(slow);
        for (var n = 0; n < 50; n++) Assert.True(Enter().IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_waiter_does_not_delay_the_others()
    {
        Pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var first = Now(Enter());
        using var stop = new CancellationTokenSource();
        var leaves = CommonLane.EnterAsync(null, null, EventSink.None, null, stop.Token).AsTask();
        var stays = Enter();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves.Soon());
        CommonLane.Leave(first, null);
        await stays.Soon();
    }

    [Fact]
    public async Task Adaptive_throttling_allows_more_requests_as_responses_arrive()
    {
        Pace.Join(new PaceOptions { IsAdaptive = true });
        var entered = Enumerable.Range(0, 100).Select(_ => Enter()).ToList();
        Assert.Equal(96, Pace.Waiting);

        using var good = new HttpResponseMessage();
        for (var n = 0; n < 50; n++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(5));
            CommonLane.Leave(await entered[n].Soon(), good);
        }

        Assert.InRange(50 - Pace.Waiting, 8, 40);
    }

    [Fact]
    public void A_line_says_how_long_a_pause_is_and_why()
    {
        using var response = Refusal(429, "7");
        CommonLane.Leave(Now(Enter()), response);
        var events = new EventLog();
        _ = CommonLane.EnterAsync(null, null, events, null, default).AsTask();

        Assert.Equal([new RequestPaused(PauseReason.Requested, TimeSpan.FromSeconds(7))], events.Events);
    }

    [Fact]
    public async Task Many_threads_never_exceed_the_cap_and_none_is_forgotten()
    {
        var pace = new OriginPace(TimeProvider.System, () => 0);
        var demand = new PaceOptions { MaxConcurrent = 5 };
        pace.Join(demand);
        var lane = pace.Lane(string.Empty, default);
        var (inside, most) = (0, 0);
        using var good = new HttpResponseMessage();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < 500; n++)
            {
                var permit = await lane.EnterAsync(null, null, EventSink.None, null, default);
                var now = Interlocked.Increment(ref inside);
                lock (demand) most = Math.Max(most, now);
                if (n % 50 == 0) await Task.Yield();
                Interlocked.Decrement(ref inside);
                lane.Leave(permit, good);
            }
        }))).Soon();

        Assert.InRange(most, 2, 5);
        pace.Quit(demand);
        Assert.False((await lane.EnterAsync(null, null, EventSink.None, null, default)).IsCounted);
    }

    private sealed class ClockWithoutDates : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new NotSupportedException();
    }
}
