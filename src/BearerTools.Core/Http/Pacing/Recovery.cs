namespace BearerTools.Http.Pacing;

/// <summary>
/// After a refusal not all come at once again: half as many as were refused together, and one more with each that is
/// answered. When nobody waits any more, it is over.
/// </summary>
internal sealed class Recovery
{
    private TimeSpan _begun;

    /// <summary>How many may be under way.</summary>
    public int Maximum { get; private set; } = int.MaxValue;

    /// <summary>Whether one that went out since it began came back without a refusal.</summary>
    public bool IsHeard { get; private set; }

    public bool IsOver => Maximum == int.MaxValue;

    /// <summary>Whether a message that was refused went out after the last refusal, and so tells anything new.</summary>
    public bool IsNew(TimeSpan sent) => sent >= _begun;

    /// <summary>Begins anew.</summary>
    /// <param name="now">Now.</param>
    /// <param name="inProgress">How many were under way when it was too many, if that is known.</param>
    public void Begin(TimeSpan now, int inProgress)
    {
        (_begun, IsHeard) = (now, false);
        if (inProgress < int.MaxValue || !IsOver) Maximum = Math.Max(1, Math.Min(Maximum, inProgress) / 2);
    }

    public void Responded(TimeSpan sent)
    {
        if (IsOver || sent < _begun) return;
        IsHeard = true;
        Maximum++;
    }

    public void End() => (Maximum, _begun) = (int.MaxValue, default);
}
