using BearerTools.Http.Retrying;
using BearerTools.Mocking;

namespace BearerTools.Tests.Mocking;

public sealed class MockClockTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Waits_take_no_real_time_and_end_in_their_order()
    {
        var clock = new MockClock(s_start);
        var ended = new List<int>();

        Task all;
        using (clock.Begin()) all = Task.WhenAll(Wait(3), Wait(1), Wait(2));
        await all.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([1, 2, 3], ended);
        Assert.Equal(s_start.AddHours(3), clock.GetUtcNow());

        async Task Wait(int hours)
        {
            await Task.Delay(TimeSpan.FromHours(hours), clock);
            lock (ended) ended.Add(hours);
        }
    }

    [Fact]
    public async Task A_time_limit_does_not_move_the_clock()
    {
        var clock = new MockClock(s_start);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);

        await Task.Delay(TimeSpan.FromMilliseconds(50));

        Assert.False(limit.IsCancellationRequested);
        Assert.Equal(s_start, clock.GetUtcNow());
    }

    [Fact]
    public async Task A_time_limit_expires_during_a_longer_wait()
    {
        var clock = new MockClock(s_start);
        using var scope = new Deadline(TimeSpan.FromMinutes(5), clock).Within(CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromHours(1), clock, scope.Token));

        Assert.Equal(s_start.AddMinutes(5), clock.GetUtcNow());
    }

    [Fact]
    public async Task The_clock_stands_still_while_a_request_is_processed()
    {
        var clock = new MockClock(s_start);
        var work = clock.Begin();
        var wait = Task.Delay(TimeSpan.FromHours(1), clock);

        await Task.Delay(TimeSpan.FromMilliseconds(50));
        Assert.False(wait.IsCompleted);
        work.Dispose();

        await wait.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Advancing_fires_what_is_due_on_the_way()
    {
        var clock = new MockClock(s_start);
        using var first = new CancellationTokenSource(TimeSpan.FromMinutes(1), clock);
        using var second = new CancellationTokenSource(TimeSpan.FromMinutes(3), clock);

        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True(first.IsCancellationRequested);
        Assert.False(second.IsCancellationRequested);
        Assert.Equal(s_start.AddMinutes(2), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(0));
    }

    [Fact]
    public void A_periodic_timer_fires_again()
    {
        var clock = new MockClock(s_start);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var work = clock.Begin();
        timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        clock.Advance(TimeSpan.FromSeconds(3.5));

        Assert.Equal(3, fired);
    }
}
