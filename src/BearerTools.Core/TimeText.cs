using System.Globalization;

namespace BearerTools;

/// <summary>
/// Formats points in time and durations for messages and logs: invariant, so that a log reads the same whatever the culture
/// of the session is. Under th-TH and fa-IR the culture's own calendar would give another year.
/// </summary>
internal static class TimeText
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>A point in time in the local time zone, such as <c>2031-02-03 04:05:06 +01:00</c>.</summary>
    public static string Of(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>The local time of day, such as <c>04:05:06</c>, for what happens within minutes.</summary>
    public static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A duration in seconds, such as <c>1.5 s</c>; below one second with up to three decimals, such as <c>0.025 s</c>.</summary>
    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.Duration() < s_second ? "0.###" : "0.#", CultureInfo.InvariantCulture) + " s";

    /// <summary>A short duration in whole milliseconds, such as <c>25 ms</c>.</summary>
    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms";

    /// <summary>A long duration to the second, such as <c>1.02:03:04</c>.</summary>
    public static string Span(TimeSpan time) =>
        new TimeSpan(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond)).ToString("c", CultureInfo.InvariantCulture);
}
