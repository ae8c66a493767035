namespace BearerTools.Http.Waiting;

/// <summary>
/// Computes when to poll an operation next: after the delay that the server asks for; otherwise after a second, then at growing
/// intervals that shrink again towards the time limit.
/// </summary>
internal sealed class PollPace
{
    private const double Growth = 1.5;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for 0 s gets at most ten requests a second.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay that a server may ask for; timers have a maximum too.</summary>
    private static readonly TimeSpan s_longestAsked = TimeSpan.FromDays(1);

    private TimeSpan _own = s_first;

    /// <param name="asked">The delay that the server asks for, or <see langword="null"/>.</param>
    /// <param name="left">The time left.</param>
    /// <returns>The delay; <see langword="null"/> if no time is left, or the server asks for more than that.</returns>
    public TimeSpan? Next(TimeSpan? asked, TimeSpan left)
    {
        if (asked is { } delay)
        {
            delay = TimeSpan.FromTicks(Math.Clamp(delay.Ticks, s_shortest.Ticks, s_longestAsked.Ticks));
            return delay < left ? delay : null;
        }

        var own = _own < left / 2 ? _own : left / 2;
        _own = _own * Growth < s_longest ? _own * Growth : s_longest;
        return own < s_shortest ? null : own;
    }
}
