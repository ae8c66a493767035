namespace BearerTools.Tokens;

/// <summary>
/// One piece of work that many callers wait for. A caller that leaves cancels only its own wait; when the last one has
/// left, the work itself is cancelled.
/// </summary>
internal sealed class SharedOperation<T>
{
    private readonly object _gate = new();
    private int _waiters;
    private bool _abandoned;
    private Action? _abandon;
    private Task<T>? _work;

    /// <summary>Begins the work, off the caller's thread and context.</summary>
    public void Start(Func<CancellationToken, Task<T>> work)
    {
        var cancel = new CancellationTokenSource();
        // CancelAsync: Cancel would run callbacks on the thread of a caller who only wanted to leave.
        _abandon = () => _ = cancel.CancelAsync();
        _work = Task.Run(() => work(cancel.Token));
        // Nobody may be waiting when it fails; the failure is then nobody's.
        _ = _work.ContinueWith(
            static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Comes aboard; false when everyone had left and the work is being cancelled.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_abandoned) return false;
            _waiters++;
            return true;
        }
    }

    /// <summary>The result, for a caller that has joined.</summary>
    public async Task<T> WaitAsync(CancellationToken cancel)
    {
        try
        {
            return await _work!.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_waiters > 0 || _work!.IsCompleted) return;
            _abandoned = true;
        }

        _abandon!();
    }
}
