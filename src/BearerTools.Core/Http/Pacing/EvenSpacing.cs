namespace BearerTools.Http.Pacing;

/// <summary>
/// Requests one after the other at the same distance, because many servers count in less than a second (nginx's
/// limit_req counts from one request to the next). As timers are no finer, what came late may be made up for.
/// </summary>
/// <param name="distance">From one request to the next.</param>
internal sealed class EvenSpacing(TimeSpan distance)
{
    /// <summary>A tick of Windows' clock, and a little.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(20);

    private TimeSpan _next = TimeSpan.MinValue;

    /// <summary>When the next one may go.</summary>
    public TimeSpan OpensAt => _next == TimeSpan.MinValue ? _next : _next - s_slack;

    public void Take(TimeSpan now) => _next = (_next > now ? _next : now) + distance;
}
