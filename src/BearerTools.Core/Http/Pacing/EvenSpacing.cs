namespace BearerTools.Http.Pacing;

/// <summary>
/// Spaces requests evenly, because many servers count in less than a second (nginx's limit_req counts from one request to the
/// next). Delays up to the resolution of timers are made up for.
/// </summary>
/// <param name="distance">The time between two requests.</param>
internal sealed class EvenSpacing(TimeSpan distance)
{
    /// <summary>Slightly more than a tick of the Windows clock.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(20);

    private TimeSpan _next = TimeSpan.MinValue;

    /// <summary>The time at which the next request may be sent.</summary>
    public TimeSpan OpensAt => _next == TimeSpan.MinValue ? _next : _next - s_slack;

    public void Take(TimeSpan now) => _next = (_next > now ? _next : now) + distance;
}
