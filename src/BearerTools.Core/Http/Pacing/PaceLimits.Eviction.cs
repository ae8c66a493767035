namespace BearerTools.Http.Pacing;

/// <content>When limits need not be remembered.</content>
internal sealed partial class PaceLimits
{
    /// <summary>Whether no command demands anything.</summary>
    public bool IsUnused => _maxConcurrent.Count == 0 && _adaptiveUsers == 0 && _guards.TrueForAll(guard => guard.Users == 0);

    /// <summary>Whether no pause, quota or rate limit holds any more.</summary>
    public bool HaveEnded(TimeSpan now)
    {
        QuotaOpensAt(now, 0);
        return _pausedUntil <= now && _quotas.IsEmpty && _guards.TrueForAll(guard => guard.IsIdle(now));
    }

    /// <summary>Lifts what the server has asked for; what commands demand stays.</summary>
    public void Lift()
    {
        _pausedUntil = default;
        _refusals = 0;
        _isUsedUp = false;
        _quotas.Clear();
        _recovery.End();
    }
}
