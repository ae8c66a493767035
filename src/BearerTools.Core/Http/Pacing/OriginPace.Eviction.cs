namespace BearerTools.Http.Pacing;

/// <content>Eviction of paces that need not be remembered.</content>
internal sealed partial class OriginPace
{
    /// <summary>Set by each message. Reading the clock for each would cost more than the rest of the fast path.</summary>
    private volatile bool _isUsed = true;
    private TimeSpan _lastUse;
    private volatile bool _isEvicted;

    /// <summary>True if another pace has replaced this one, or will.</summary>
    public bool IsEvicted => _isEvicted;

    /// <summary>The last time that the pace was found in use, on a clock common to all paces.</summary>
    public DateTimeOffset LastUse
    {
        get
        {
            lock (_gate) return time.GetUtcNow() - (Now - NoteUse());
        }
    }

    /// <summary>Ends the pause and forgets the server's quotas; messages that wait for them are sent.</summary>
    public void Lift() => Change(_ =>
    {
        _everyone.Lift();
        foreach (var limits in _tokens.Values) limits.Lift();
    });

    /// <summary>Evicts the pace if no message or command uses it and nothing limits it.</summary>
    /// <param name="idleTime">The time for which it must have been unused.</param>
    /// <param name="evenLimited">True to evict it even if the server asked for a pause that has not ended.</param>
    public bool TryEvict(TimeSpan idleTime, bool evenLimited = false)
    {
        lock (_gate)
        {
            if (Now - NoteUse() < idleTime || InProgress() > 0 || _lanes.Count > 0) return false;
            if (!_limits.AreNone() || (!evenLimited && !HaveEnded(Now))) return false;
            _isEvicted = true;
            _timer?.Dispose();
            _timer = null;
            return true;
        }
    }

    private bool HaveEnded(TimeSpan now) =>
        _limits.HaveEnded(now) && _everyone.HaveEnded(now) && _tokens.Values.All(limits => limits.HaveEnded(now));

    private TimeSpan NoteUse()
    {
        if (_isUsed)
        {
            _isUsed = false;
            _lastUse = Now;
        }

        return _lastUse;
    }
}
