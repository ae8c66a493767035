namespace BearerTools.Http.Pacing;

/// <summary>
/// Limits concurrency after a refusal, so that the waiting requests do not all return at once: half as many as were refused together,
/// plus one for each response. It ends when no request waits any more.
/// </summary>
internal sealed class Recovery
{
    private TimeSpan _begun;

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
        (_begun, HasSuccess) = (now, false);
        if (inProgress < int.MaxValue || !IsOver) Maximum = Math.Max(1, Math.Min(Maximum, inProgress) / 2);
    }

    public void Completed(TimeSpan sent)
    {
        if (IsOver || sent < _begun) return;
        HasSuccess = true;
        Maximum++;
    }

    public void End() => (Maximum, _begun) = (int.MaxValue, default);
}
