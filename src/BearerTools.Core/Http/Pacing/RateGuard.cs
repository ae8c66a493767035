namespace BearerTools.Http.Pacing;

/// <summary>
/// Holds one rate limit for one origin. It is kept when no command uses it any more, so that a loop of commands keeps the
/// limit as one command does.
/// </summary>
internal sealed class RateGuard(RateLimit limit)
{
    /// <summary>
    /// How long a message may be on its way. Until its answer comes nobody knows whether it has arrived: it may yet
    /// arrive beside those that are sent later. So it counts as one of the future, until its answer puts it right.
    /// </summary>
    public static readonly TimeSpan MaxTransit = TimeSpan.FromSeconds(1);

    private readonly SlidingWindow _window = new(limit.Requests, limit.Period, MaxTransit);

    /// <summary>A limit of minutes or hours is a quota, which may be used as one likes; one of a second is a pace.</summary>
    private readonly EvenSpacing? _spacing = limit.Period == TimeSpan.FromSeconds(1) ? new EvenSpacing(limit.Period / limit.Requests) : null;

    public RateLimit Limit => limit;

    /// <summary>How many commands want it kept.</summary>
    public int Users { get; set; }

    /// <summary>Since when it counts.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>When the next message may go: now, or when to ask again.</summary>
    public TimeSpan OpensAt(TimeSpan now)
    {
        if (!_window.HasCapacity(now)) return _window.NextCapacity(now);
        return _spacing is not null && _spacing.OpensAt > now ? _spacing.OpensAt : now;
    }

    /// <summary>A message goes out.</summary>
    /// <param name="now">When.</param>
    /// <param name="arrival">When it will have arrived.</param>
    public void Sent(TimeSpan now, TimeSpan arrival)
    {
        _window.Add(now, arrival);
        _spacing?.Take(now);
    }

    /// <summary>Messages are on their way already.</summary>
    public void Expect(int messages, TimeSpan now)
    {
        for (; messages > 0; messages--) _window.Add(now, now + MaxTransit);
    }

    /// <summary>A message that is answered has arrived, if it had not before.</summary>
    public void Responded(TimeSpan sent, TimeSpan arrival, TimeSpan now)
    {
        if (sent >= Since) _window.Correct(arrival, now);
    }

    /// <summary>Whether it need not be remembered.</summary>
    public bool IsIdle(TimeSpan now) => Users == 0 && _window.NextCapacity(now) <= now;
}
