using System.Globalization;
using System.Text.RegularExpressions;

namespace BearerTools;

/// <summary>So many requests in so much time, such as <c>50/s</c>, <c>600/m</c>, <c>5000/h</c> or <c>100/10s</c>.</summary>
public sealed partial record RateLimit
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>A limit.</summary>
    /// <param name="requests">How many requests, at least one.</param>
    /// <param name="period">In how much time: a second to a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing could be sent, or the period is shorter or longer.</exception>
    public RateLimit(int requests, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, s_shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, s_longest);
        Requests = requests;
        Period = period;
    }

    /// <summary>How many requests.</summary>
    public int Requests { get; }

    /// <summary>In any stretch of time as long as this.</summary>
    public TimeSpan Period { get; }

    /// <summary>Reads a limit. PowerShell does so for a parameter of this type.</summary>
    /// <param name="text">A number, a slash, and s, m, h or d, which may have a number too.</param>
    /// <exception cref="FormatException">It is no rate.</exception>
    public static RateLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = Written().Match(text);
        if (!parts.Success || !int.TryParse(parts.Groups["requests"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var requests) || requests < 1)
            throw NoRate(text);
        var units = 1;
        if (parts.Groups["units"].Length > 0 && !int.TryParse(parts.Groups["units"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out units)) throw NoRate(text);
        var unit = char.ToLowerInvariant(parts.Groups["unit"].Value[0]) switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };
        return units >= 1 && units <= s_longest / unit ? new RateLimit(requests, unit * units) : throw NoRate(text);
    }

    /// <summary>Such as <c>50/s</c>.</summary>
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

    private static FormatException NoRate(string text) =>
        new($"'{text}' is no rate. Write how many requests in how much time, up to a day: 50/s, 600/m, 5000/h or 100/10s.");

    [GeneratedRegex(@"^\s*(?<requests>\d+)\s*/\s*(?<units>\d*)\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
