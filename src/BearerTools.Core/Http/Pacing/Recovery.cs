namespace BearerTools.Http.Pacing;

/// <summary>
/// Releases waiting requests gradually after a refusal. After a pause that the API asked for, the first request goes alone, and each
/// response admits one more. If that is refused again, the number that succeeded is what the API takes in a period of that length: no
/// more are released in each, and twice as many after a period without a refusal. After a pause of our own, half as many go as were
/// refused together, plus one for each response. The recovery ends when no request waits any more.
/// </summary>
internal sealed class Recovery
{
    private TimeSpan _begun;
    private TimeSpan _period;
    private TimeSpan _periodEnd;
    private int _budget = int.MaxValue;
    private int _sent;
    private int _succeeded;

    /// <summary>The maximum number of concurrent requests.</summary>
    public int Maximum { get; private set; } = int.MaxValue;

    /// <summary>True if a request that was sent since the start succeeded.</summary>
    public bool HasSuccess { get; private set; }

    public bool IsOver => Maximum == int.MaxValue;

    /// <summary>True if a refused request was sent after the last refusal, and so is new evidence.</summary>
    public bool IsNew(TimeSpan sent) => sent >= _begun;

    /// <summary>Starts again.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="inProgress">The number of requests in progress at the refusal; <see cref="int.MaxValue"/> if unknown.</param>
    public void Begin(TimeSpan now, int inProgress)
    {
        (_begun, HasSuccess, _period, _budget) = (now, false, default, int.MaxValue);
        if (inProgress < int.MaxValue || !IsOver) Maximum = Math.Max(1, Math.Min(Maximum, inProgress) / 2);
    }

    /// <summary>Starts again after a refusal that asks for a pause.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="pause">The pause.</param>
    public void BeginAsked(TimeSpan now, TimeSpan pause)
    {
        // Only a release that began after a pause counts: it met an API that had recovered.
        _budget = _period > TimeSpan.Zero ? Math.Max(1, _succeeded) : int.MaxValue;
        (_begun, HasSuccess, Maximum, _period, _periodEnd, _sent, _succeeded) = (now, false, 1, pause, now + pause + pause, 0, 0);
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
    public void Sent() => _sent++;

    public void Completed(TimeSpan sent)
    {
        if (IsOver || sent < _begun) return;
        HasSuccess = true;
        Maximum++;
        _succeeded++;
    }

    public void End() => (Maximum, _begun, _period, _budget) = (int.MaxValue, default, default, int.MaxValue);
}
