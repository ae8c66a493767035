using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// At most <c>limit</c> requests a second; 429 with Retry-After to the others. Each limit is its own bucket. With an id, <c>percent</c>
/// of all tries fail besides, as often with 503 as with 429 and without a word on when to come again; which ones depends on the <c>seed</c> alone.
/// </summary>
internal sealed class Throttled(SandboxContext sandbox)
{
    private const int DefaultLimit = 50;

    private readonly ConcurrentDictionary<int, TokenBucket> _buckets = new();

    public void Map(ApiRoutes api)
    {
        api.Any("/api/throttled", http => ApiResponse(http, uint.MaxValue));
        api.Any("/api/throttled/{id}", http =>
        {
            var tries = sandbox.Stats.Arrived("throttled/" + http.RouteText("id"));
            return ApiResponse(http, FixedJitter.Of(http.QueryNumber("seed", 0), $"{http.RouteText("id")}#{tries}"));
        });
    }

    private Task ApiResponse(HttpContext http, uint jitter)
    {
        sandbox.Stats.ThrottledArrival();
        var limit = Math.Max(1, http.QueryNumber("limit", DefaultLimit));
        var bucket = _buckets.GetOrAdd(limit, _ => new TokenBucket(limit, sandbox.Clock));
        if (bucket.TryTake())
        {
            return jitter % 100 < http.QueryNumber("percent", 0)
                ? http.WriteProblem(jitter / 100 % 2 == 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests, "Bad weather", "The next try may work.")
                : http.WriteJson(new { id = http.Request.RouteValues["id"], limit });
        }

        http.Response.Headers.RetryAfter = "1";
        return http.WriteProblem(StatusCodes.Status429TooManyRequests, "Too many requests", $"More than {limit} requests in a second.");
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
