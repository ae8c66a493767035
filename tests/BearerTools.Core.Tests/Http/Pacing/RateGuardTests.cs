using BearerTools.Http.Pacing;

namespace BearerTools.Tests.Http.Pacing;

public sealed class RateGuardTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("100/s", 2, 5, 0.95)]
    [InlineData("1000/s", 1, 30, 0.95)]
    [InlineData("50/s", 1, 200, 0.8)]
    [InlineData("7/s", 10, 900, 0.5)]
    [InlineData("1/s", 1, 3, 0.9)]
    [InlineData("100/10s", 1, 50, 0.95)]
    public void A_server_never_receives_more_than_the_rate_whatever_the_latency(string rate, int shortest, int longest, double atLeast)
    {
        var limit = RateLimit.Parse(rate);
        var arrivals = Run(limit, shortest, longest, new Random(7));

        arrivals.Sort();
        for (var n = limit.Requests; n < arrivals.Count; n++)
            Assert.True(arrivals[n] - arrivals[n - limit.Requests] >= limit.Period, $"{limit.Requests + 1} within {arrivals[n] - arrivals[n - limit.Requests]}");
        Assert.InRange(arrivals.Count, atLeast * limit.Requests * (s_length / limit.Period), (limit.Requests * (s_length / limit.Period)) + limit.Requests);
    }

    [Fact]
    public void A_rate_is_spread_evenly_and_a_quota_may_be_used_in_bursts()
    {
        Assert.InRange(SentAtOnce("50/s"), 1, 2);
        Assert.InRange(SentAtOnce("1000/s"), 1, 21);
        Assert.Equal(600, SentAtOnce("600/m"));

        static int SentAtOnce(string rate)
        {
            var guard = new RateGuard(RateLimit.Parse(rate));
            var sent = 0;
            for (; guard.OpensAt(s_tick) <= s_tick; sent++) guard.Sent(s_tick, s_tick);
            return sent;
        }
    }

    [Fact]
    public void A_request_without_a_response_counts_until_it_must_have_arrived()
    {
        var guard = new RateGuard(RateLimit.Parse("1/10s"));
        guard.Sent(s_tick, s_tick + RateGuard.MaxTransit);

        var open = guard.OpensAt(s_tick);

        Assert.InRange(open.TotalSeconds, 11, 11.1);
        Assert.Equal(open, guard.OpensAt(open));
    }

    [Fact]
    public void Requests_that_were_sent_before_it_began_count_too()
    {
        var guard = new RateGuard(RateLimit.Parse("10/10s"));
        guard.Expect(10, s_tick);

        Assert.InRange(guard.OpensAt(s_tick).TotalSeconds, 11, 11.1);
    }

    [Fact]
    public void It_is_forgotten_when_it_is_unused_and_its_period_is_over()
    {
        var guard = new RateGuard(RateLimit.Parse("5/s")) { Users = 1 };
        guard.Sent(s_tick, s_tick);

        Assert.False(guard.IsIdle(TimeSpan.FromSeconds(5)));
        guard.Users = 0;
        Assert.False(guard.IsIdle(TimeSpan.FromMilliseconds(500)));
        Assert.True(guard.IsIdle(TimeSpan.FromSeconds(5)));
    }

    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(20);

    /// <summary>Sends as soon as allowed, and returns the arrival times; the response takes as long again.</summary>
    private static List<TimeSpan> Run(RateLimit limit, int shortest, int longest, Random random)
    {
        var guard = new RateGuard(limit);
        var arrivals = new List<TimeSpan>();
        var inProgress = new PriorityQueue<(TimeSpan Sent, TimeSpan Arrival), TimeSpan>();
        for (var now = s_tick; now < s_length; now += s_tick)
        {
            while (inProgress.TryPeek(out var message, out var responded) && responded <= now)
            {
                inProgress.Dequeue();
                guard.Completed(message.Sent, message.Arrival, now);
            }

            while (guard.OpensAt(now) <= now)
            {
                var route = TimeSpan.FromMilliseconds(random.Next(shortest, longest));
                guard.Sent(now, now + RateGuard.MaxTransit);
                arrivals.Add(now + route);
                inProgress.Enqueue((now, now + RateGuard.MaxTransit), now + route + route);
            }
        }

        return arrivals;
    }
}
