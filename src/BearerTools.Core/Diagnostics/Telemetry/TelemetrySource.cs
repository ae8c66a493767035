using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>
/// What OpenTelemetry and other listeners subscribe to. Both are of the process, as their listeners are, and do nothing without one.
/// </summary>
internal static class TelemetrySource
{
    /// <summary>The name of the source of activities and of the meter.</summary>
    public const string Name = "BearerTools";

    private static readonly string? s_version = typeof(TelemetrySource).Assembly.GetName().Version?.ToString(3);

    public static ActivitySource Activities { get; } = new(Name, s_version);

    public static Meter Meter { get; } = new(Name, s_version);
}
