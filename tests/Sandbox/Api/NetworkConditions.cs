using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>A server that is slow, or fails now and then and works at the next try.</summary>
internal sealed class NetworkConditions(SandboxContext sandbox)
{
    private const int DefaultPercent = 20;

    private long _tries;

    public void Map(ApiRoutes api)
    {
        api.Any("/api/slow", Slow);
        api.Any("/api/stall", Stall);
        api.Any("/api/flaky", http => Flaky(http, Interlocked.Increment(ref _tries).ToString(CultureInfo.InvariantCulture), mayFail: true));
        api.Any("/api/flaky/{id}", http =>
        {
            var id = http.RouteText("id");
            return Flaky(http, id, mayFail: sandbox.Stats.Arrived("flaky/" + id) == 1);
        });
    }

    private async Task Slow(HttpContext http)
    {
        var ms = http.QueryNumber("ms", 1000);
        await Task.Delay(TimeSpan.FromMilliseconds(ms), sandbox.Clock, http.RequestAborted);
        if (!HttpMethods.IsGet(http.Request.Method)) sandbox.Stats.Changed("slow/" + http.Request.Query["n"]);
        await http.WriteJson(new { ms });
    }

    /// <summary>One row and the beginning of another, and then nothing more.</summary>
    private static async Task Stall(HttpContext http)
    {
        http.Response.ContentType = Responses.Json;
        await http.Response.WriteAsync("""[{"id":1},{"id":""", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
    }

    /// <summary>Which ids fail depends on the seed alone. <c>status</c> says how, and may repeat.</summary>
    private Task Flaky(HttpContext http, string id, bool mayFail)
    {
        var jitter = FixedJitter.Of(http.QueryNumber("seed", 0), id);
        if (!mayFail || jitter % 100 >= http.QueryNumber("percent", DefaultPercent))
        {
            if (!HttpMethods.IsGet(http.Request.Method)) sandbox.Stats.Changed("flaky/" + id);
            return http.WriteJson(new { id });
        }

        var statuses = http.Request.Query["status"];
        var status = statuses.Count == 0 ? StatusCodes.Status503ServiceUnavailable : int.Parse(statuses[(int)(jitter / 100 % statuses.Count)]!, CultureInfo.InvariantCulture);
        if (http.Request.Query.TryGetValue("retryAfter", out var retryAfter)) http.Response.Headers.RetryAfter = retryAfter;
        return http.WriteProblem(status, "Bad weather", "The next try works.");
    }
}
