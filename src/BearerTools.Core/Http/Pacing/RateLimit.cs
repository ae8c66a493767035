using System.Globalization;
using System.Text.RegularExpressions;

namespace BearerTools;

/// <summary>A maximum number of requests per period, such as <c>50/s</c>, <c>600/m</c>, <c>5000/h</c> or <c>100/10s</c>.</summary>
public sealed partial record RateLimit
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Creates a limit.</summary>
    /// <param name="requests">The number of requests, at least one.</param>
    /// <param name="period">The period, from a second to a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than one, or the period is out of range.</exception>
    public RateLimit(int requests, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, s_shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, s_longest);
        Requests = requests;
        Period = period;
    }

    /// <summary>The maximum number of requests in a period.</summary>
    public int Requests { get; }

    /// <summary>The length of the period; the limit applies to any interval of this length.</summary>
    public TimeSpan Period { get; }

    /// <summary>Parses a limit. PowerShell calls it to convert arguments of this type.</summary>
    /// <param name="text">A number, a slash and s, m, h or d, optionally with a number before the unit.</param>
    /// <exception cref="FormatException">The text is not a rate.</exception>
    public static RateLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = Pattern().Match(text);
        if (!parts.Success
            || !int.TryParse(parts.Groups["requests"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var requests)
            || requests < 1)
            throw Invalid(text);
        var units = 1;
        if (parts.Groups["units"] is { Length: > 0, Value: var number }
            && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out units))
            throw Invalid(text);
        var unit = char.ToLowerInvariant(parts.Groups["unit"].Value[0]) switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };
        return units >= 1 && units <= s_longest / unit ? new RateLimit(requests, unit * units) : throw Invalid(text);
    }

    /// <summary>Returns the limit as text, such as <c>50/s</c>.</summary>
    public override string ToString()
    {
        var (units, unit) = Period switch
        {
            { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 => (Period.TotalHours, "h"),
            { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 => (Period.TotalMinutes, "m"),
            _ => (Period.TotalSeconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Requests}/{(units == 1 ? string.Empty : units)}{unit}");
    }

    private static FormatException Invalid(string text) =>
        new($"'{text}' is not a rate. Use a number of requests per period of at most a day: 50/s, 600/m, 5000/h or 100/10s.");

    [GeneratedRegex(
        @"^\s*(?<requests>\d+)\s*/\s*(?<units>\d*)\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
