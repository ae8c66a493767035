namespace BearerTools.Http.Pacing;

/// <content>When the pace of an origin need not be remembered.</content>
internal sealed partial class OriginPace
{
    /// <summary>Set by each message. Reading the clock for each would cost more than all else here.</summary>
    private volatile bool _isUsed = true;
    private TimeSpan _lastUse;
    private volatile bool _isEvicted;

    /// <summary>Whether another pace has taken its place, or will.</summary>
    public bool IsEvicted => _isEvicted;

    /// <summary>When it was last found in use, by a clock that all paces share.</summary>
    public DateTimeOffset LastUse
    {
        get
        {
            lock (_gate) return time.GetUtcNow() - (Now - NoteUse());
        }
    }

    /// <summary>Lifts the pause and forgets what the server has said of its quotas: messages that wait for that go out.</summary>
    public void Lift() => Change(_ => _limits.Lift());

    /// <summary>Evicts the pace if no message or command uses it and nothing limits it.</summary>
    /// <param name="idleTime">How long it must not have been used.</param>
    /// <param name="evenLimited">Evicts it even if the server asked for a pause that is not over.</param>
    public bool TryEvict(TimeSpan idleTime, bool evenLimited = false)
    {
        lock (_gate)
        {
            if (Now - NoteUse() < idleTime || Volatile.Read(ref _inProgress) > 0 || _waiting.Count > 0) return false;
            if (!_limits.IsUnused || (!evenLimited && !_limits.HaveEnded(Now))) return false;
            _isEvicted = true;
            _timer?.Dispose();
            _timer = null;
            return true;
        }
    }

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
