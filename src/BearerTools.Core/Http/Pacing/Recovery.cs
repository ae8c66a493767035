namespace BearerTools.Http.Pacing;

/// <summary>
/// Releases waiting requests gradually after a refusal. After a pause that the API asked for, they go in batches: first one alone, and
/// twice as many when all of a batch have succeeded. If a batch is refused, the number that succeeded since the pause is what the API
/// takes in a period of that length: no more are released in each, and twice as many after a period without a refusal. After a pause of
/// our own, half as many go as were refused together, plus one for each response. The recovery ends when no request waits any more.
/// </summary>
internal sealed class Recovery
{
    private TimeSpan _begun;
    private TimeSpan _period;
    private TimeSpan _periodEnd;
    private int _budget = int.MaxValue;
    private int _batch;
    private int _batchSent;
    private int _batchDone;
    private int _sent;
    private int _succeeded;

    /// <summary>The maximum number of concurrent requests.</summary>
    public int Maximum { get; private set; } = int.MaxValue;

    /// <summary>True if a request that was sent since the start succeeded.</summary>
    public bool HasSuccess { get; private set; }

    public bool IsOver => Maximum == int.MaxValue;

    /// <summary>True if the batch has room for another request.</summary>
    public bool Admits => _batch == 0 || _batchSent < _batch;

    /// <summary>True if a refused request was sent after the last refusal, and so is new evidence.</summary>
    public bool IsNew(TimeSpan sent) => sent >= _begun;

    /// <summary>Starts again.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="inProgress">The number of requests in progress at the refusal; <see cref="int.MaxValue"/> if unknown.</param>
    public void Begin(TimeSpan now, int inProgress)
    {
        (_begun, HasSuccess, _period, _budget, _batch) = (now, false, default, int.MaxValue, 0);
        if (inProgress < int.MaxValue || !IsOver) Maximum = Math.Max(1, Math.Min(Maximum, inProgress) / 2);
    }

    /// <summary>Starts again after a refusal that asks for a pause.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="pause">The pause.</param>
    public void BeginAsked(TimeSpan now, TimeSpan pause)
    {
        // Only a release that began after a pause counts: it met an API that had recovered.
        _budget = _period > TimeSpan.Zero ? Math.Max(1, _succeeded) : int.MaxValue;
        (_begun, HasSuccess, _period, _periodEnd, _sent, _succeeded) = (now, false, pause, now + pause + pause, 0, 0);
        StartBatch(1);
    }

    /// <summary>The time at which the period admits the next request.</summary>
    public TimeSpan OpensAt(TimeSpan now)
    {
        if (_period == TimeSpan.Zero) return now;
        if (now >= _periodEnd)
        {
            _budget = _budget < int.MaxValue / 2 ? _budget * 2 : int.MaxValue;
            (_periodEnd, _sent, _succeeded) = (now + _period, 0, 0);
        }

        return _sent < _budget ? now : _periodEnd;
    }

    /// <summary>Records that a request is sent.</summary>
    public void Sent()
    {
        _sent++;
        _batchSent++;
    }

    public void Completed(TimeSpan sent)
    {
        if (IsOver || sent < _begun) return;
        HasSuccess = true;
        _succeeded++;
        if (_batch == 0) Maximum++;
        else if (++_batchDone >= _batch) StartBatch(_batch < int.MaxValue / 4 ? _batch * 2 : _batch);
    }

    public void End() => (Maximum, _begun, _period, _budget, _batch) = (int.MaxValue, default, default, int.MaxValue, 0);

    private void StartBatch(int size) => (Maximum, _batch, _batchSent, _batchDone) = (size, size, 0, 0);
}
