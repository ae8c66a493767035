using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// All that limits one origin, as arithmetic: what commands demand, what the API has said, and how it takes it. Whoever
/// holds it sees to the lock and to the waiting.
/// </summary>
internal sealed partial class PaceLimits
{
    /// <summary>
    /// The first pause after a refusal that says no time; every further one doubles it, until enough were answered in between.
    /// It is short, as some refuse now and then for reasons of their own; those who mean it refuse again.
    /// </summary>
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(5);

    /// <summary>So many answers make up for one refusal.</summary>
    private const double ResponsesForRefusal = 4;

    /// <summary>From here on pauses are as long as they get.</summary>
    private const double MaxRefusals = 13;

    private static readonly TimeSpan s_longestOwnPause = TimeSpan.FromSeconds(30);

    /// <summary>An answer that comes later than this says nothing of when its request arrived: that server takes its time.</summary>
    private static readonly TimeSpan s_longTransit = TimeSpan.FromMilliseconds(250);

    private readonly List<RateGuard> _guards = [];
    private readonly List<int> _maxConcurrent = [];
    private readonly ServerQuotas _quotas = new();
    private readonly Recovery _recovery = new();
    private readonly AdaptiveLimit _adaptive = new();
    private int _adaptiveUsers;
    private double _refusals;
    private bool _isUsedUp;
    private TimeSpan _pausedUntil;
    private TimeSpan _usualWait;

    /// <param name="demand">What a command demands from now on.</param>
    /// <param name="now">Now.</param>
    /// <param name="inProgress">How many messages are not answered yet.</param>
    /// <param name="counted">How many of them went out as <see cref="Sent"/> was told.</param>
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

    /// <summary>Whether nothing limits, so that nobody needs to ask. Asked when nobody waits.</summary>
    public bool AreNone(TimeSpan now, int inProgress)
    {
        var quota = QuotaOpensAt(now, inProgress);
        if (_pausedUntil <= now && inProgress < _recovery.Maximum && _recovery.IsHeard) _recovery.End();
        return _pausedUntil <= now && _refusals == 0 && _recovery.IsOver && _maxConcurrent.Count == 0 && _adaptiveUsers == 0
            && _guards.TrueForAll(guard => guard.Users == 0) && quota == now && _quotas.IsEmpty;
    }

    /// <summary>When the next message may go out: now, later, or when one of those under way is answered.</summary>
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

    /// <summary>The wait that the API itself wants, if it wants one.</summary>
    public Pause? PauseAt(TimeSpan now)
    {
        if (_pausedUntil > now) return new Pause(PauseReason.Requested, _pausedUntil - now);
        var quota = _quotas.OpensAt(now, 0, out var isUsedUp);
        return isUsedUp ? new Pause(PauseReason.QuotaUsedUp, quota - now) : null;
    }

    /// <summary>A message goes out.</summary>
    /// <returns>When it will have arrived.</returns>
    public TimeSpan Sent(TimeSpan now)
    {
        var arrival = now + (_usualWait < s_longTransit ? RateGuard.MaxTransit : s_longTransit);
        foreach (var guard in _guards) guard.Sent(now, arrival);
        return arrival;
    }

    /// <summary>A message was answered, or came to nothing.</summary>
    /// <returns>How long everyone is to wait because of this very answer.</returns>
    public TimeSpan? Responded(in Permit permit, in Verdict verdict, bool hasResponse, TimeSpan now, int inProgress, Func<double> jitter)
    {
        if (permit.IsCounted)
        {
            foreach (var guard in _guards) guard.Responded(permit.Sent, permit.Arrival, now);
            if (hasResponse) _usualWait += (now - permit.Sent - _usualWait) / 8;
        }

        if (verdict.Quotas is { Count: > 0 } quotas)
        {
            _quotas.Take(quotas, permit.Sent, now);
            _isUsedUp |= quotas.Any(quota => quota.Remaining == 0);
        }

        if (verdict.IsRefusal || verdict.Wait is not null) return Refused(permit, verdict, now, inProgress, jitter);
        _recovery.Responded(permit.Sent);
        if (!hasResponse) return null;
        _refusals = Math.Max(0, _refusals - (1 / ResponsesForRefusal));
        if (permit.IsCounted && _adaptiveUsers > 0) _adaptive.Responded(permit.Sent, now, inProgress);
        return null;
    }

    private TimeSpan? Refused(in Permit permit, in Verdict verdict, TimeSpan now, int inProgress, Func<double> jitter)
    {
        if (permit.IsCounted && _adaptiveUsers > 0) _adaptive.Refused(permit.Sent, now);
        // Those that were under way together are refused together: that makes one pause.
        var isNew = _pausedUntil <= now && _recovery.IsNew(permit.Sent);
        if (verdict.Wait is null && !isNew) return null;
        var pause = verdict.Wait ?? OwnPause(jitter());
        if (now + pause > _pausedUntil) _pausedUntil = now + pause;
        if (!isNew) return null;
        if (verdict.Wait is null) _refusals = Math.Min(MaxRefusals, _refusals + 1);
        _recovery.Begin(now, verdict.Wait is not null || _refusals > 2 ? inProgress : int.MaxValue);
        return verdict.Wait;
    }

    /// <summary>When a quota is full again, nobody knows yet how full: the first one finds out.</summary>
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
        // What it does not know of may arrive yet.
        var unknown = guard is null ? inProgress : inProgress - counted;
        if (guard is null) _guards.Add(guard = new RateGuard(rate) { Since = now });
        if (guard.Users++ == 0) guard.Expect(unknown, now);
    }
}
