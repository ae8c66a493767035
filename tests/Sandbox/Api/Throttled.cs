using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>At most <c>limit</c> requests a second; 429 with Retry-After to the others. Each limit is its own bucket.</summary>
internal sealed class Throttled(SandboxContext sandbox)
{
    private const int DefaultLimit = 50;

    private readonly ConcurrentDictionary<int, TokenBucket> _buckets = new();
    private readonly Queue<long> _lastSecond = new();

    public void Map(ApiRoutes api)
    {
        api.Any("/api/throttled", Answer);
        api.Any("/api/throttled/{id}", http =>
        {
            sandbox.Stats.Arrived("throttled/" + http.RouteText("id"));
            return Answer(http);
        });
    }

    private Task Answer(HttpContext http)
    {
        sandbox.Stats.ThrottledRate(ArrivalsInTheLastSecond());
        var limit = Math.Max(1, http.QueryNumber("limit", DefaultLimit));
        var bucket = _buckets.GetOrAdd(limit, _ => new TokenBucket(limit, sandbox.Clock));
        if (bucket.TryTake()) return http.AnswerJson(new { id = http.Request.RouteValues["id"], limit });
        http.Response.Headers.RetryAfter = "1";
        return http.AnswerProblem(StatusCodes.Status429TooManyRequests, "Too many requests", $"More than {limit} requests in a second.");
    }

    private int ArrivalsInTheLastSecond()
    {
        lock (_lastSecond)
        {
            var now = sandbox.Clock.GetTimestamp();
            _lastSecond.Enqueue(now);
            while (now - _lastSecond.Peek() >= sandbox.Clock.TimestampFrequency) _lastSecond.Dequeue();
            return _lastSecond.Count;
        }
    }

    private sealed class TokenBucket(int limit, TimeProvider clock)
    {
        private readonly object _lock = new();
        private double _level = limit;
        private long _filledAt = clock.GetTimestamp();

        public bool TryTake()
        {
            lock (_lock)
            {
                var now = clock.GetTimestamp();
                _level = Math.Min(limit, _level + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * limit));
                _filledAt = now;
                if (_level < 1) return false;
                _level--;
                return true;
            }
        }
    }
}
