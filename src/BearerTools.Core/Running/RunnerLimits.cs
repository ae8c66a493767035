namespace BearerTools.Running;

/// <summary>The limits of a runner's concurrency and memory.</summary>
/// <param name="Concurrent">The maximum number of concurrent jobs.</param>
internal sealed record RunnerLimits(int Concurrent)
{
    /// <summary>True if items are written in input order.</summary>
    public bool InOrder { get; init; } = true;

    /// <summary>
    /// True if a failure ends the run: its exception, and the number of failures with it. Called on workers. <see langword="null"/> if no
    /// failure does.
    /// </summary>
    public Func<Exception, long, bool>? EndsRun { get; init; }

    /// <summary>
    /// True if a failure ends the run, provided that inputs are left to send. Called on workers. <see langword="null"/> if no failure does.
    /// </summary>
    public Func<Exception, bool>? EndsRest { get; init; }

    /// <summary>
    /// In order: how long inputs before the one whose failure ends the run are waited for. <see langword="null"/> for as long as they take.
    /// </summary>
    public TimeSpan? EndWait { get; init; }

    /// <summary>The maximum number of inputs in progress or waiting for their turn; large enough to bridge a busy pipeline.</summary>
    public int Window { get; init; } = Math.Max(64, Concurrent * 8);

    /// <summary>The same while all results wait for the first input. Responses are bounded by <see cref="WaitingBytes"/>.</summary>
    public int WindowBehindSlow { get; init; } = Math.Max(8 * 1024, Concurrent * 8);

    /// <summary>The maximum number of buffered items of the job whose turn it is.</summary>
    public int HeadItems { get; init; } = 512;

    /// <summary>The maximum number of buffered response bytes: of all jobs together, and of the job whose turn it is.</summary>
    public long WaitingBytes { get; init; } = 8 * 1024 * 1024;
}
