using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// A server that bears no more than <c>most</c> requests inside at once, each for <c>ms</c>: 429 at once to the others, without a word
/// on when to come again. Each <c>room</c> is its own.
/// </summary>
internal sealed class Crowded
{
    private readonly ConcurrentDictionary<string, Layer> _groups = new(StringComparer.Ordinal);

    public void Map(ApiRoutes api) => api.Any("/api/crowded/{id}", async http =>
    {
        var group = _groups.GetOrAdd(http.Request.Query["room"].ToString(), _ => new Layer());
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
