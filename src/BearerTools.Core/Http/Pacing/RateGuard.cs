namespace BearerTools.Http.Pacing;

/// <summary>
/// Enforces one rate limit for one origin. It is kept when no command uses it any more, so that a loop of commands respects the
/// limit as one command does.
/// </summary>
internal sealed class RateGuard(RateLimit limit)
{
    /// <summary>
    /// The longest time that a message is assumed to be in transit. Until its response comes, it may still arrive at the server together
    /// with messages sent later. So it counts as a future arrival until the response corrects that.
    /// </summary>
    public static readonly TimeSpan MaxTransit = TimeSpan.FromSeconds(1);

    private readonly SlidingWindow _window = new(limit.Requests, limit.Period, MaxTransit);

    /// <summary>A limit per minute or longer is a quota that may be used up in bursts; one per second is an even rate.</summary>
    private readonly EvenSpacing? _spacing = limit.Period == TimeSpan.FromSeconds(1)
        ? new EvenSpacing(limit.Period / limit.Requests)
        : null;

    public RateLimit Limit => limit;

    /// <summary>The number of commands that have this limit.</summary>
    public int Users { get; set; }

    /// <summary>The time at which counting started.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>The time at which the next message may be sent, or at which to check again.</summary>
    public TimeSpan OpensAt(TimeSpan now)
    {
        if (!_window.HasCapacity(now)) return _window.NextCapacity(now);
        return _spacing is not null && _spacing.OpensAt > now ? _spacing.OpensAt : now;
    }

    /// <summary>Records that a message is sent.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="arrival">The assumed time of arrival.</param>
    public void Sent(TimeSpan now, TimeSpan arrival)
    {
        _window.Add(now, arrival);
        _spacing?.Take(now);
    }

    /// <summary>Records messages that are already in progress.</summary>
    public void Expect(int messages, TimeSpan now)
    {
        for (; messages > 0; messages--) _window.Add(now, now + MaxTransit);
    }

    /// <summary>Records that the response to a message has arrived: the message itself arrived before that.</summary>
    public void Completed(TimeSpan sent, TimeSpan arrival, TimeSpan now)
    {
        if (sent >= Since) _window.Correct(arrival, now);
    }

    /// <summary>True if the guard need not be remembered.</summary>
    public bool IsIdle(TimeSpan now) => Users == 0 && _window.NextCapacity(now) <= now;
}
