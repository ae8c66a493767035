namespace BearerTools.Http.Waiting;

/// <summary>
/// When an operation is asked for again: when the server says, or else after a second, then less and less often, and more
/// often again when the time is running out.
/// </summary>
internal sealed class PollPace
{
    private const double Growth = 1.5;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>A server that says 0 gets no more than ten requests a second.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);

    /// <summary>What a server may ask for. A timer could not wait for a month.</summary>
    private static readonly TimeSpan s_longestAsked = TimeSpan.FromDays(1);

    private TimeSpan _own = s_first;

    /// <param name="asked">What the server says, if it does.</param>
    /// <param name="left">How much time is left.</param>
    /// <returns>Nothing when it is no use to wait: no time is left, or the server wants to be asked after that.</returns>
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
