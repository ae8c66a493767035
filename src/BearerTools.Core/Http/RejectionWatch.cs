namespace BearerTools.Http;

/// <summary>
/// The responses of one origin to the token of a run. A rejection alone proves nothing: some APIs return 401 for what the caller may not
/// do. It ends the run if no request in progress at the same time is accepted either.
/// </summary>
internal sealed class RejectionWatch(TimeProvider time)
{
    /// <summary>Number of rejections in a row that prove that a token is no longer accepted, although it was.</summary>
    private const int EnoughAfterSuccess = 3;

    /// <summary>Maximum time to wait for the other requests in progress.</summary>
    private static readonly TimeSpan s_maximumWait = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly List<TaskCompletionSource<bool>> _waiting = [];
    private int _sending;
    private int _row;
    private bool _wasAccepted;

    private bool IsProof => !_wasAccepted || _row >= EnoughAfterSuccess;

    /// <summary>Called before each request.</summary>
    public void Sending()
    {
        lock (_gate) _sending++;
    }

    /// <summary>Called if there is no response.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            if (--_sending == 0) Decide(IsProof);
        }
    }

    /// <summary>Called for a response that does not reject the token.</summary>
    public void Accepted()
    {
        lock (_gate)
        {
            _sending--;
            _row = 0;
            _wasAccepted = true;
            Decide(false);
        }
    }

    /// <summary>Called for a response that rejects the token, which cannot be renewed or was renewed in vain.</summary>
    /// <returns>True if the rejection ends the run.</returns>
    public async Task<bool> RejectedAsync(CancellationToken cancel)
    {
        var decision = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _row++;
            _waiting.Add(decision);
            if (--_sending == 0) Decide(IsProof);
        }

        try
        {
            return await decision.Task.WaitAsync(s_maximumWait, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_gate) return IsProof;
        }
    }

    private void Decide(bool ends)
    {
        foreach (var decision in _waiting) decision.TrySetResult(ends);
        _waiting.Clear();
    }
}
