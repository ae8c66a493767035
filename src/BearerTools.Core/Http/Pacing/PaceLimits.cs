namespace BearerTools.Http.Pacing;

/// <summary>
/// The arithmetic of the commands' limits on one origin. The caller is responsible for locking and waiting.
/// </summary>
internal sealed class PaceLimits
{
    /// <summary>A response that takes longer does not tell when its request arrived: the server is slow.</summary>
    private static readonly TimeSpan s_slowResponse = TimeSpan.FromMilliseconds(250);

    private readonly List<RateGuard> _guards = [];
    private readonly List<int> _maxConcurrent = [];
    private readonly AdaptiveLimit _adaptive = new();
    private int _adaptiveUsers;
    private TimeSpan _averageLatency;

    /// <param name="demand">The command's limits.</param>
    /// <param name="now">The current time.</param>
    /// <param name="inProgress">The number of messages in progress.</param>
    /// <param name="counted">The number of those that were reported to <see cref="Sent"/>.</param>
    public void Join(PaceOptions demand, TimeSpan now, int inProgress, int counted)
    {
        if (demand.Rate is { } rate) Guard(rate, now, inProgress, counted);
        if (demand.MaxConcurrent is { } most) _maxConcurrent.Add(most);
        if (demand.IsAdaptive) _adaptiveUsers++;
    }

    public void Quit(PaceOptions demand)
    {
        if (demand.Rate is { } rate && _guards.Find(guard => guard.Limit == rate) is { } kept) kept.Users--;
        if (demand.MaxConcurrent is { } most) _maxConcurrent.Remove(most);
        if (demand.IsAdaptive) _adaptiveUsers--;
    }

    /// <summary>True if nothing limits messages, so that they need not enter the queue.</summary>
    public bool AreNone() => _maxConcurrent.Count == 0 && _adaptiveUsers == 0 && _guards.TrueForAll(guard => guard.Users == 0);

    /// <summary>The time at which the next message may be sent: now, later, or only after a message in progress has completed.</summary>
    public TimeSpan OpensAt(TimeSpan now, int inProgress)
    {
        var opensAt = now;
        foreach (var guard in _guards)
        {
            if (guard.Users > 0 && guard.OpensAt(now) is var open && open > opensAt) opensAt = open;
        }

        return opensAt == now && inProgress >= MaxConcurrent() ? TimeSpan.MaxValue : opensAt;
    }

    /// <summary>True if no rate limit is in force.</summary>
    public bool HaveEnded(TimeSpan now) => _guards.TrueForAll(guard => guard.IsIdle(now));

    /// <summary>Records that a message is sent.</summary>
    /// <returns>The assumed time of its arrival.</returns>
    public TimeSpan Sent(TimeSpan now)
    {
        var arrival = now + (_averageLatency < s_slowResponse ? RateGuard.MaxTransit : s_slowResponse);
        foreach (var guard in _guards) guard.Sent(now, arrival);
        return arrival;
    }

    /// <summary>Records that a message got a response or failed.</summary>
    public void Completed(in Permit permit, in Verdict verdict, bool hasResponse, TimeSpan now, int inProgress)
    {
        if (!permit.IsCounted) return;
        foreach (var guard in _guards) guard.Completed(permit.Sent, permit.Arrival, now);
        if (!hasResponse) return;
        _averageLatency += (now - permit.Sent - _averageLatency) / 8;
        if (_adaptiveUsers == 0) return;
        if (verdict.IsRefusal || verdict.Wait is not null) _adaptive.Refused(permit.Sent, now);
        else _adaptive.Completed(permit.Sent, now, inProgress);
    }

    private int MaxConcurrent()
    {
        var most = int.MaxValue;
        foreach (var demanded in _maxConcurrent) most = Math.Min(most, demanded);
        return _adaptiveUsers > 0 ? Math.Min(most, _adaptive.Maximum) : most;
    }

    private void Guard(RateLimit rate, TimeSpan now, int inProgress, int counted)
    {
        _guards.RemoveAll(guard => guard.IsIdle(now));
        var guard = _guards.Find(guard => guard.Limit == rate);
        // Messages that were not counted may still arrive.
        var unknown = guard is null ? inProgress : inProgress - counted;
        if (guard is null) _guards.Add(guard = new RateGuard(rate) { Since = now });
        if (guard.Users++ == 0) guard.Expect(unknown, now);
    }
}
