using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The arithmetic of all limits on one origin: those of commands, those that the API states, and those inferred from refusals. The
/// caller is responsible for locking and waiting.
/// </summary>
internal sealed partial class PaceLimits
{
    /// <summary>
    /// The first pause after a refusal without Retry-After; each further refusal doubles it until enough requests succeed. It is short,
    /// because some APIs refuse now and then for internal reasons; an API that is really overloaded refuses again.
    /// </summary>
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(5);

    /// <summary>The number of successful responses that cancel out one refusal.</summary>
    private const double ResponsesForRefusal = 4;

    /// <summary>The number of refusals after which pauses no longer grow.</summary>
    private const double MaxRefusals = 13;

    private static readonly TimeSpan s_longestOwnPause = TimeSpan.FromSeconds(30);

    /// <summary>A response that takes longer does not tell when its request arrived: the server is slow.</summary>
    private static readonly TimeSpan s_slowResponse = TimeSpan.FromMilliseconds(250);

    private readonly List<RateGuard> _guards = [];
    private readonly List<int> _maxConcurrent = [];
    private readonly ServerQuotas _quotas = new();
    private readonly Recovery _recovery = new();
    private readonly AdaptiveLimit _adaptive = new();
    private int _adaptiveUsers;
    private double _refusals;
    private bool _isUsedUp;
    private TimeSpan _pausedUntil;
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

    /// <summary>True if nothing limits messages, so that they need not enter the queue. OnTimer when none waits.</summary>
    public bool AreNone(TimeSpan now, int inProgress)
    {
        var quota = QuotaOpensAt(now, inProgress);
        if (_pausedUntil <= now && inProgress < _recovery.Maximum && _recovery.HasSuccess) _recovery.End();
        return _pausedUntil <= now && _refusals == 0 && _recovery.IsOver && _maxConcurrent.Count == 0 && _adaptiveUsers == 0
            && _guards.TrueForAll(guard => guard.Users == 0) && quota == now && _quotas.IsEmpty;
    }

    /// <summary>The time at which the next message may be sent: now, later, or only after a message in progress has completed.</summary>
    public TimeSpan OpensAt(TimeSpan now, int inProgress)
    {
        var opensAt = _pausedUntil > now ? _pausedUntil : now;
        var quota = QuotaOpensAt(now, inProgress);
        if (quota > opensAt) opensAt = quota;
        foreach (var guard in _guards)
        {
            if (guard.Users > 0 && guard.OpensAt(now) is var open && open > opensAt) opensAt = open;
        }

        return opensAt == now && inProgress >= MaxConcurrent() ? TimeSpan.MaxValue : opensAt;
    }

    /// <summary>The pause that the API asked for, or <see langword="null"/>.</summary>
    public Pause? PauseAt(TimeSpan now)
    {
        if (_pausedUntil > now) return new Pause(PauseReason.Requested, _pausedUntil - now);
        var quota = _quotas.OpensAt(now, 0, out var isUsedUp);
        return isUsedUp ? new Pause(PauseReason.QuotaUsedUp, quota - now) : null;
    }

    /// <summary>Records that a message is sent.</summary>
    /// <returns>The assumed time of its arrival.</returns>
    public TimeSpan Sent(TimeSpan now)
    {
        var arrival = now + (_averageLatency < s_slowResponse ? RateGuard.MaxTransit : s_slowResponse);
        foreach (var guard in _guards) guard.Sent(now, arrival);
        return arrival;
    }

    /// <summary>Records that a message got a response or failed.</summary>
    /// <returns>The time that all clients must wait because of this response, or <see langword="null"/>.</returns>
    public TimeSpan? Completed(in Permit permit, in Verdict verdict, bool hasResponse, TimeSpan now, int inProgress, Func<double> jitter)
    {
        if (permit.IsCounted)
        {
            foreach (var guard in _guards) guard.Completed(permit.Sent, permit.Arrival, now);
            if (hasResponse) _averageLatency += (now - permit.Sent - _averageLatency) / 8;
        }

        if (verdict.Quotas is { Count: > 0 } quotas)
        {
            _quotas.Take(quotas, permit.Sent, now);
            _isUsedUp |= quotas.Any(quota => quota.Remaining == 0);
        }

        if (verdict.IsRefusal || verdict.Wait is not null) return Refused(permit, verdict, now, inProgress, jitter);
        _recovery.Completed(permit.Sent);
        if (!hasResponse) return null;
        _refusals = Math.Max(0, _refusals - (1 / ResponsesForRefusal));
        if (permit.IsCounted && _adaptiveUsers > 0) _adaptive.Completed(permit.Sent, now, inProgress);
        return null;
    }

    private TimeSpan? Refused(in Permit permit, in Verdict verdict, TimeSpan now, int inProgress, Func<double> jitter)
    {
        if (permit.IsCounted && _adaptiveUsers > 0) _adaptive.Refused(permit.Sent, now);
        // Requests in progress together are refused together: that makes one pause.
        var isNew = _pausedUntil <= now && _recovery.IsNew(permit.Sent);
        if (verdict.Wait is null && !isNew) return null;
        var pause = verdict.Wait ?? OwnPause(jitter());
        if (now + pause > _pausedUntil) _pausedUntil = now + pause;
        if (!isNew) return null;
        if (verdict.Wait is null) _refusals = Math.Min(MaxRefusals, _refusals + 1);
        _recovery.Begin(now, verdict.Wait is not null || _refusals > 2 ? inProgress : int.MaxValue);
        return verdict.Wait;
    }

    /// <summary>When a quota resets, its new size is unknown: a single request is sent first to find out.</summary>
    private TimeSpan QuotaOpensAt(TimeSpan now, int inProgress)
    {
        var opensAt = _quotas.OpensAt(now, inProgress, out var isUsedUp);
        if (_isUsedUp && !isUsedUp) _recovery.Begin(now, 1);
        _isUsedUp = isUsedUp;
        return opensAt;
    }

    private TimeSpan OwnPause(double jitter)
    {
        var pause = s_firstPause * Math.Pow(2, _refusals);
        return (pause < s_longestOwnPause ? pause : s_longestOwnPause) * (0.5 + (jitter / 2));
    }

    private int MaxConcurrent()
    {
        var most = _recovery.Maximum;
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
