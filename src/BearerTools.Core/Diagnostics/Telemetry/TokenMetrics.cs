using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>The metrics of token requests.</summary>
internal static class TokenMetrics
{
    private static readonly Counter<long> s_requests = TelemetrySource.Meter.CreateCounter<long>(
        "bearertools.token.requests", "{request}", "Token requests that have ended: first tokens and renewals.");

    private static readonly Histogram<double> s_duration = TelemetrySource.Meter.CreateHistogram<double>(
        "bearertools.token.request.duration", "s", "Duration of token requests, with their retries and with logins of users.");

    public static bool IsEnabled => s_requests.Enabled || s_duration.Enabled;

    public static void Ended(in TagList tags, TimeSpan duration)
    {
        s_requests.Add(1, tags);
        s_duration.Record(duration.TotalSeconds, tags);
    }
}
