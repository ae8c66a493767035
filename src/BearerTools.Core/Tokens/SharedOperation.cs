namespace BearerTools.Tokens;

/// <summary>
/// An operation that several callers await. A caller that cancels only ends its own wait; when the last caller has left, the operation
/// is cancelled.
/// </summary>
internal sealed class SharedOperation<T>
{
    private readonly object _gate = new();
    private int _waiters;
    private bool _abandoned;
    private Action? _abandon;
    private Task<T>? _work;

    /// <summary>Starts the operation on another thread, without the caller's context.</summary>
    public void Start(Func<CancellationToken, Task<T>> work)
    {
        var cancel = new CancellationTokenSource();
        // CancelAsync, because Cancel would run callbacks on the thread of the caller that leaves.
        _abandon = () => _ = cancel.CancelAsync();
        _work = Task.Run(() => work(cancel.Token));
        // All callers may have left when it fails; this observes the exception.
        _ = _work.ContinueWith(
            static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Joins the operation. False if all callers have left and the operation is being cancelled.</summary>
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
