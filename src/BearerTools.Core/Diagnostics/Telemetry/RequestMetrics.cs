using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>The metrics of requests to APIs. The runtime's own meter, <c>System.Net.Http</c>, has those of each message.</summary>
internal static class RequestMetrics
{
    private static readonly Counter<long> s_requests = TelemetrySource.Meter.CreateCounter<long>(
        "bearertools.requests", "{request}", "Requests that have ended, with all their pages, polls and retries.");

    private static readonly Histogram<double> s_duration = TelemetrySource.Meter.CreateHistogram<double>(
        "bearertools.request.duration", "s", "Duration of requests, with all their pages, polls and retries.");

    private static readonly Counter<long> s_retries = TelemetrySource.Meter.CreateCounter<long>(
        "bearertools.request.retries", "{retry}", "Messages that were sent again after a transient fault.");

    private static readonly Histogram<double> s_queue = TelemetrySource.Meter.CreateHistogram<double>(
        "bearertools.request.queue.duration", "s", "Time that inputs waited for their turn, as -ThrottleLimit sets it.");

    private static readonly Histogram<double> s_pace = TelemetrySource.Meter.CreateHistogram<double>(
        "bearertools.request.pace.duration", "s", "Time that messages waited for the pace of their origin: rate limits, quotas, pauses.");

    /// <summary>True if a listener needs the end of requests.</summary>
    public static bool IsEnabled => s_requests.Enabled || s_duration.Enabled || s_retries.Enabled;

    /// <summary>True if a listener needs the time in the queue.</summary>
    public static bool MeasuresQueue => s_queue.Enabled;

    /// <summary>True if a listener needs the time that the pace takes.</summary>
    public static bool MeasuresPace => s_pace.Enabled;

    public static void Ended(in TagList tags, TimeSpan duration)
    {
        s_requests.Add(1, tags);
        s_duration.Record(duration.TotalSeconds, tags);
    }

    public static void Retried(in TagList tags) => s_retries.Add(1, tags);

    public static void Queued(in TagList tags, TimeSpan time) => s_queue.Record(time.TotalSeconds, tags);

    public static void Paced(in TagList tags, TimeSpan time) => s_pace.Record(time.TotalSeconds, tags);

    /// <summary>The attributes of all metrics of a request.</summary>
    public static TagList TagsOf(HttpMethod method, string host, int port) => new()
    {
        { TelemetryTags.Method, TelemetryTags.MethodOf(method) },
        { TelemetryTags.Address, host },
        { TelemetryTags.Port, port },
    };
}
