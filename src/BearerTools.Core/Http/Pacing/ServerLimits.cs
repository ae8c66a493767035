using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The arithmetic of the limits that an API states, or that are inferred from its refusals: for one token, or for an origin as a whole.
/// The caller is responsible for locking and waiting.
/// </summary>
internal sealed class ServerLimits
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

    private readonly ServerQuotas _quotas = new();
    private readonly Recovery _recovery = new();
    private double _refusals;
    private TimeSpan _pausedUntil;
    private TimeSpan _warnedUntil;
    private bool _isAsked;
    private int _inProgress;

    /// <summary>The number of messages in progress that these limits apply to.</summary>
    public int InProgress => Volatile.Read(ref _inProgress);

    /// <summary>The last time that a message was admitted in turn, or that the limits were looked up.</summary>
    public TimeSpan LastUse { get; set; }

    /// <summary>True if these limits are no longer those of their token.</summary>
    public bool IsEvicted { get; set; }

    /// <inheritdoc cref="QuotaPartitions.Of"/>
    public IReadOnlyList<string>? PartitionsOf(Uri address) => _quotas.PartitionsOf(address);

    /// <summary>Records that a message is sent. Safe for concurrent use, as is <see cref="Leave"/>.</summary>
    public void Enter() => Interlocked.Increment(ref _inProgress);

    public void Leave() => Interlocked.Decrement(ref _inProgress);

    /// <summary>Records that a message is sent in its turn.</summary>
    public void Sent(TimeSpan now)
    {
        LastUse = now;
        _recovery.Sent();
    }

    /// <summary>True if nothing limits messages, so that they need not enter the queue. Called when none waits.</summary>
    public bool AreNone(TimeSpan now, int inProgress)
    {
        ForgetQuotas(now);
        if (_pausedUntil <= now && inProgress < _recovery.Maximum && _recovery.HasSuccess) _recovery.End();
        return _pausedUntil <= now && _refusals == 0 && _recovery.IsOver && _quotas.IsEmpty;
    }

    /// <summary>The time at which the next message may be sent: now, later, or only after a message in progress has completed.</summary>
    public TimeSpan OpensAt(TimeSpan now, int inProgress, QuotaScope scope)
    {
        ForgetQuotas(now);
        var opensAt = _pausedUntil > now ? _pausedUntil : now;
        var quota = _quotas.OpensAt(now, inProgress, scope);
        if (quota.HasOpened) _recovery.Begin(now, 1);
        if (quota.OpensAt > opensAt) opensAt = quota.OpensAt;
        var release = _recovery.OpensAt(now);
        if (release > opensAt) opensAt = release;
        return opensAt == now && (inProgress >= _recovery.Maximum || !_recovery.Admits) ? TimeSpan.MaxValue : opensAt;
    }

    /// <summary>The pause that the API asked for, or <see langword="null"/>.</summary>
    public Pause? PauseAt(TimeSpan now, QuotaScope scope)
    {
        if (_pausedUntil > now) return new Pause(PauseReason.Requested, _pausedUntil - now, IsOwn: !_isAsked);
        var quota = _quotas.OpensAt(now, 0, scope);
        return quota.IsUsedUp ? new Pause(PauseReason.QuotaUsedUp, quota.OpensAt - now, quota.Policy) : null;
    }

    /// <summary>True once for each pause: one warning is enough for all requests that wait.</summary>
    public bool IsFirst(TimeSpan now, Pause pause)
    {
        if (now < _warnedUntil) return false;
        _warnedUntil = now + pause.For;
        return true;
    }

    /// <summary>Records that a message was answered or failed.</summary>
    /// <returns>The time that all clients must wait because of this response, or <see langword="null"/>.</returns>
    public TimeSpan? Completed(in Permit permit, in Verdict verdict, bool hasResponse, TimeSpan now, int inProgress, Func<double> jitter)
    {
        if (verdict.Quotas is { Count: > 0 } quotas)
            _quotas.Take(quotas, permit.Sent, now, verdict.IsRefusal, verdict.Wait is not null, verdict.Address);
        else if (!_quotas.IsEmpty && verdict.Address is { } address)
            _quotas.Spend(permit.Sent, address);

        if (verdict.IsRefusal || verdict.Wait is not null) return Refused(permit, verdict, now, inProgress, jitter);
        _recovery.Completed(permit.Sent);
        if (hasResponse) _refusals = Math.Max(0, _refusals - (1 / ResponsesForRefusal));
        return null;
    }

    /// <summary>True if no pause or quota is in force.</summary>
    public bool HaveEnded(TimeSpan now)
    {
        ForgetQuotas(now);
        return _pausedUntil <= now && _quotas.IsEmpty;
    }

    public void Lift()
    {
        _pausedUntil = _warnedUntil = default;
        _refusals = 0;
        _quotas.Clear();
        _recovery.End();
    }

    private TimeSpan? Refused(in Permit permit, in Verdict verdict, TimeSpan now, int inProgress, Func<double> jitter)
    {
        // Requests in progress together are refused together: that makes one pause.
        var isNew = _pausedUntil <= now && _recovery.IsNew(permit.Sent);
        if (verdict.Wait is null && !isNew) return null;
        var pause = verdict.Wait ?? OwnPause(jitter());
        if (now + pause > _pausedUntil) (_pausedUntil, _isAsked) = (now + pause, verdict.Wait is not null);
        if (!isNew) return null;
        if (verdict.Wait is null) _refusals = Math.Min(MaxRefusals, _refusals + 1);
        if (verdict.Wait is { } asked) _recovery.BeginAsked(now, asked);
        else _recovery.Begin(now, _refusals > 2 ? inProgress : int.MaxValue);
        return verdict.Wait;
    }

    /// <summary>When a quota resets, its new size is unknown: a single request is sent first to find out.</summary>
    private void ForgetQuotas(TimeSpan now)
    {
        if (_quotas.Forget(now)) _recovery.Begin(now, 1);
    }

    private TimeSpan OwnPause(double jitter)
    {
        var pause = s_firstPause * Math.Pow(2, _refusals);
        return (pause < s_longestOwnPause ? pause : s_longestOwnPause) * (0.5 + (jitter / 2));
    }
}
