namespace BearerTools.Http;

/// <summary>
/// The responses of one origin to the token of a run. A rejection alone proves nothing: some APIs return 401 for what the caller may not
/// do. It ends the run if the API says that the token is invalid, or at the third rejection in a row, unless a request in progress at the
/// same time is accepted.
/// </summary>
internal sealed class RejectionWatch(TimeProvider time)
{
    /// <summary>Number of rejections in a row that prove that the token is not accepted.</summary>
    private const int Enough = 3;

    /// <summary>Time that a rejection waits for further ones if no other request is in progress.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(100);

    /// <summary>Number of such times to wait for requests in progress.</summary>
    private const int LongestGraces = 50;

    private readonly object _gate = new();
    private readonly List<TaskCompletionSource<bool>> _waiting = [];
    private int _sending;
    private volatile int _row;

    private bool IsProof => _row >= Enough;

    /// <summary>Called before each request.</summary>
    public void Sending() => Interlocked.Increment(ref _sending);

    /// <summary>Called if there is no response.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            if (Interlocked.Decrement(ref _sending) == 0 && IsProof) Decide(true);
        }
    }

    /// <summary>Called for a response that does not reject the token.</summary>
    public void Accepted()
    {
        Interlocked.Decrement(ref _sending);
        // Without the lock while nothing is rejected, as is usual. A rejection that arrives at the same moment waits for others.
        if (_row == 0) return;
        lock (_gate)
        {
            _row = 0;
            Decide(false);
        }
    }

    /// <summary>Called for a response that rejects the token, which cannot be renewed or was renewed in vain.</summary>
    /// <param name="isInvalid">True if the API says that the token itself is invalid.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>True if the rejection ends the run.</returns>
    public async Task<bool> RejectedAsync(bool isInvalid, CancellationToken cancel)
    {
        var decision = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _row += isInvalid ? Enough : 1;
            _waiting.Add(decision);
            if (Interlocked.Decrement(ref _sending) == 0 && IsProof) Decide(true);
        }

        for (var graces = 1; ; graces++)
        {
            try
            {
                return await decision.Task.WaitAsync(s_grace, time, cancel).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                lock (_gate)
                {
                    if (decision.Task.IsCompleted || (Volatile.Read(ref _sending) > 0 && graces < LongestGraces)) continue;
                    _waiting.Remove(decision);
                    return IsProof;
                }
            }
        }
    }

    private void Decide(bool ends)
    {
        foreach (var decision in _waiting) decision.TrySetResult(ends);
        _waiting.Clear();
    }
}
