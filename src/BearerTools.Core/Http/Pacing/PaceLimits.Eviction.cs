namespace BearerTools.Http.Pacing;

/// <content>Eviction of limits that need not be remembered.</content>
internal sealed partial class PaceLimits
{
    /// <summary>True if no command has set a limit.</summary>
    public bool IsUnused => _maxConcurrent.Count == 0 && _adaptiveUsers == 0 && _guards.TrueForAll(guard => guard.Users == 0);

    /// <summary>True if no pause, quota or rate limit is in force.</summary>
    public bool HaveEnded(TimeSpan now)
    {
        QuotaOpensAt(now, 0);
        return _pausedUntil <= now && _quotas.IsEmpty && _guards.TrueForAll(guard => guard.IsIdle(now));
    }

    /// <summary>Removes the server's limits; those of commands stay.</summary>
    public void Lift()
    {
        _pausedUntil = default;
        _refusals = 0;
        _isUsedUp = false;
        _quotas.Clear();
        _recovery.End();
    }
}
