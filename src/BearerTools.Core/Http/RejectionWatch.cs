namespace BearerTools.Http;

/// <summary>
/// The responses of one origin to the token of a run. A rejection alone proves nothing: some APIs return 401 for what the caller may not
/// do. It ends the run if the API says that the token is invalid; at the third rejection in a row, if the API has accepted no request of
/// the run; and otherwise only after many in a row. One that is accepted while the others are in progress keeps the run going.
/// </summary>
internal sealed class RejectionWatch(TimeProvider time)
{
    /// <summary>Number of rejections in a row that prove that the token is not accepted, if it has never been.</summary>
    private const int Enough = 3;

    /// <summary>
    /// The same for an API that has accepted a request before. It is at least twice the number of requests in progress, so that one request
    /// in four that is accepted keeps the run going.
    /// </summary>
    private const int EnoughOnceAccepted = 32;

    /// <summary>Time that a rejection waits for further ones if no other request is in progress.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(100);

    /// <summary>Number of such times to wait for requests in progress.</summary>
    private const int LongestGraces = 300;

    /// <summary>The same if the API says that the token is invalid.</summary>
    private const int GracesIfInvalid = 50;

    private readonly object _gate = new();
    private readonly List<TaskCompletionSource<bool>> _waiting = [];
    private int _sending;
    private int _most;
    private bool _isInvalid;
    private volatile int _row;
    private volatile bool _hasAccepted;

    /// <summary>True if a request was accepted.</summary>
    public bool HasAccepted => _hasAccepted;

    private bool IsProof =>
        _isInvalid || (_hasAccepted ? _row > Math.Max(EnoughOnceAccepted, 2 * _most) : _row >= Enough);

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
    /// <param name="isSuccess">True if the request was accepted too. Other statuses may come from a gateway that reads no token.</param>
    public void Accepted(bool isSuccess)
    {
        Interlocked.Decrement(ref _sending);
        if (isSuccess && !_hasAccepted) _hasAccepted = true;
        // Without the lock while nothing is rejected, as is usual. A rejection that arrives at the same moment waits for others.
        if (_row == 0) return;
        lock (_gate)
        {
            _row = 0;
            _isInvalid = false;
            Decide(false);
        }
    }

    /// <summary>Called for a response that rejects the token.</summary>
    /// <param name="isInvalid">True if the API says that the token itself is invalid, or it has expired.</param>
    /// <param name="isFinal">True if the token cannot be renewed, or replaces one that was rejected too.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>True if the rejection ends the run.</returns>
    public async Task<bool> RejectedAsync(bool isInvalid, bool isFinal, CancellationToken cancel)
    {
        var decision = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _row++;
            _most = Math.Max(_most, Volatile.Read(ref _sending) + _waiting.Count);
            // Other APIs say so for what the caller may not do.
            _isInvalid |= isInvalid && (isFinal || !_hasAccepted);
            var isLast = Interlocked.Decrement(ref _sending) == 0;
            if (_hasAccepted && !IsProof) return false;
            _waiting.Add(decision);
            if (isLast && IsProof) Decide(true);
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
                    var longest = _isInvalid ? GracesIfInvalid : LongestGraces;
                    if (decision.Task.IsCompleted || (Volatile.Read(ref _sending) > 0 && graces < longest)) continue;
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
