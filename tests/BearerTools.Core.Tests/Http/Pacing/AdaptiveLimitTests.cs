using BearerTools.Http.Pacing;

namespace BearerTools.Tests.Http.Pacing;

public sealed class AdaptiveLimitTests
{
    [Fact]
    public void It_grows_while_requests_succeed_and_it_is_used()
    {
        var server = new Server(capacity: 1000);
        server.Run(TimeSpan.FromSeconds(1), atMost: 64);

        Assert.InRange(server.Limit.Maximum, 64, 256);
        Assert.Equal(0, server.Refusals);
    }

    [Fact]
    public void It_does_not_grow_beyond_what_is_used()
    {
        var server = new Server(capacity: 1000);
        server.Run(TimeSpan.FromSeconds(5), atMost: 4);

        Assert.InRange(server.Limit.Maximum, 4, 8);
    }

    [Fact]
    public void It_stays_near_the_limit_of_a_server_that_refuses_more()
    {
        var server = new Server(capacity: 20);
        server.Run(TimeSpan.FromSeconds(10), atMost: 64);
        var (refused, responded) = (server.Refusals, server.Responses);
        server.Run(TimeSpan.FromSeconds(50), atMost: 64);

        Assert.InRange(server.Limit.Maximum, 8, 21);
        // Of what the server could do in that time, most was done; a try for more every few seconds.
        Assert.InRange(server.Responses - responded, 0.7 * 20 * 100 * 50, 20 * 100 * 50);
        Assert.InRange(server.Refusals - refused, 1, 60);
    }

    [Fact]
    public void It_backs_off_from_a_server_that_slows_down()
    {
        var server = new Server(capacity: 1000) { Cores = 8 };
        server.Run(TimeSpan.FromSeconds(20), atMost: 200);

        Assert.InRange(server.Limit.Maximum, 8, 60);
    }

    [Fact]
    public void It_recovers_when_the_server_does()
    {
        var server = new Server(capacity: 4);
        server.Run(TimeSpan.FromSeconds(20), atMost: 64);
        Assert.InRange(server.Limit.Maximum, 1, 5);
        server.Capacity = 1000;
        server.Run(TimeSpan.FromSeconds(60), atMost: 64);

        Assert.InRange(server.Limit.Maximum, 40, 70);
    }

    [Fact]
    public void All_that_are_refused_together_are_one_refusal()
    {
        var limit = new AdaptiveLimit();
        for (var n = 0; n < 100; n++) limit.Refused(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        Assert.Equal(2, limit.Maximum);
    }

    /// <summary>A server that needs 10 ms for a request, more when there are more than it has cores, and refuses what exceeds its capacity.</summary>
    private sealed class Server(int capacity)
    {
        private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

        private readonly PriorityQueue<(TimeSpan Sent, bool IsRefused), TimeSpan> _inProgress = new();
        private TimeSpan _now = s_tick;
        private int _inside;

        public AdaptiveLimit Limit { get; } = new();

        public int Capacity { get; set; } = capacity;

        public int Cores { get; init; } = int.MaxValue;

        public int Refusals { get; private set; }

        public int Responses { get; private set; }

        public void Run(TimeSpan time, int atMost)
        {
            for (var end = _now + time; _now < end; _now += s_tick)
            {
                while (_inProgress.TryPeek(out var request, out var done) && done <= _now)
                {
                    var inProgress = _inProgress.Count;
                    _inProgress.Dequeue();
                    if (request.IsRefused) Refusals++;
                    else (Responses, _inside) = (Responses + 1, _inside - 1);
                    if (request.IsRefused) Limit.Refused(request.Sent, _now);
                    else Limit.Completed(request.Sent, _now, inProgress);
                }

                while (_inProgress.Count < Math.Min(atMost, Limit.Maximum))
                {
                    var isRefused = _inside >= Capacity;
                    if (!isRefused) _inside++;
                    var work = 10 * Math.Max(1, (double)_inside / Cores);
                    _inProgress.Enqueue((_now, isRefused), _now + TimeSpan.FromMilliseconds(isRefused ? 1 : work));
                }
            }
        }
    }
}
