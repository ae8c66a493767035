using System.Collections.Concurrent;
using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// <c>limit</c> requests in each <c>window</c> of seconds, and every response says what is left of them, in one of the formats that APIs use; 429 to
/// the others, without a word on when to come again. Each <c>name</c> is its own quota.
/// </summary>
internal sealed class Quotas(SandboxContext sandbox)
{
    private readonly ConcurrentDictionary<string, Quota> _all = new(StringComparer.Ordinal);

    public void Map(ApiRoutes api) => api.Any("/api/quota/{style}/{id}", http =>
    {
        var (limit, window) = (http.QueryNumber("limit", 10), http.QueryNumber("window", 2));
        var quota = _all.GetOrAdd(http.Request.Query["name"].ToString(), _ => new Quota());
        var (isThere, left, reset) = quota.Take(limit, TimeSpan.FromSeconds(window), sandbox.Clock.GetUtcNow());
        Say(http, http.RouteText("style"), (limit, window, left, reset));
        return isThere
            ? http.WriteJson(new { id = http.Request.RouteValues["id"], left })
            : http.WriteProblem(StatusCodes.Status429TooManyRequests, "Too many requests", $"More than {limit} requests in {window} s.");
    });

    private void Say(HttpContext http, string style, (int Limit, int Window, int Left, TimeSpan Reset) quota)
    {
        var seconds = Math.Ceiling(quota.Reset.TotalSeconds);
        var headers = http.Response.Headers;
        switch (style)
        {
            case "draft":
                headers["RateLimit-Policy"] = $"\"default\";q={quota.Limit};w={quota.Window}";
                headers["RateLimit"] = $"\"default\";r={quota.Left};t={seconds}";
                break;
            case "draft06":
                Say("RateLimit-", seconds);
                break;
            case "seconds":
                Say("X-RateLimit-", seconds);
                break;
            case "moment":
                Say("X-RateLimit-", Math.Ceiling((sandbox.Clock.GetUtcNow() + quota.Reset - DateTimeOffset.UnixEpoch).TotalSeconds));
                break;
            default:
                throw new ArgumentException($"'{style}' is no style.", nameof(style));
        }

        void Say(string prefix, double reset)
        {
            headers[prefix + "Limit"] = quota.Limit.ToString(CultureInfo.InvariantCulture);
            headers[prefix + "Remaining"] = quota.Left.ToString(CultureInfo.InvariantCulture);
            headers[prefix + "Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        }
    }

    private sealed class Quota
    {
        private readonly object _lock = new();
        private DateTimeOffset _end;
        private int _taken;

        public (bool IsThere, int Left, TimeSpan Reset) Take(int limit, TimeSpan window, DateTimeOffset now)
        {
            lock (_lock)
            {
                if (now >= _end) (_end, _taken) = (now + window, 0);
                var isThere = _taken < limit;
                if (isThere) _taken++;
                return (isThere, limit - _taken, _end - now);
            }
        }
    }
}
