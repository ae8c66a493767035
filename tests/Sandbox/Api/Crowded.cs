using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// A server with capacity for <c>most</c> concurrent requests, each for <c>ms</c>: an immediate 429 to the others, without Retry-After.
/// Each <c>group</c> is counted separately.
/// </summary>
internal sealed class Crowded
{
    private readonly ConcurrentDictionary<string, Layer> _groups = new(StringComparer.Ordinal);

    public void Map(ApiRoutes api) => api.Any("/api/crowded/{id}", async http =>
    {
        var group = _groups.GetOrAdd(http.Request.Query["group"].ToString(), _ => new Layer());
        try
        {
            if (Interlocked.Increment(ref group.Inside) > http.QueryNumber("most", 8))
            {
                await http.WriteProblem(StatusCodes.Status429TooManyRequests, "Too many requests", "There is no room.");
                return;
            }

            await Task.Delay(http.QueryNumber("ms", 10), http.RequestAborted);
            await http.WriteJson(new { id = http.Request.RouteValues["id"] });
        }
        finally
        {
            Interlocked.Decrement(ref group.Inside);
        }
    });

    private sealed class Layer
    {
        public int Inside;
    }
}
