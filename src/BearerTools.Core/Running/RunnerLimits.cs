namespace BearerTools.Running;

/// <summary>What bounds a runner's use of the machine.</summary>
/// <param name="Concurrent">How many jobs run at once.</param>
internal sealed record RunnerLimits(int Concurrent)
{
    /// <summary>Whether what is said is given out in the order of the inputs.</summary>
    public bool InOrder { get; init; } = true;

    /// <summary>How many inputs may be under way or wait for their turn: enough for workers to go on while the pipeline is busy elsewhere.</summary>
    public int Window { get; init; } = Math.Max(64, Concurrent * 8);

    /// <summary>How many items of the job whose turn it is may wait for the pipeline.</summary>
    public int HeadItems { get; init; } = 512;

    /// <summary>How many bytes of answers may wait: all together, and the one whose turn it is in any case.</summary>
    public long WaitingBytes { get; init; } = 8 * 1024 * 1024;
}
