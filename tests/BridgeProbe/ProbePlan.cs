namespace BearerTools.BridgeProbe;

/// <summary>What is asked of the worker of one input.</summary>
internal sealed record ProbePlan(ProbeCounts Counts)
{
    /// <summary>Milliseconds before the first row.</summary>
    public int Delay { get; init; }

    public long Rows { get; init; }

    /// <summary>Characters of each row, and what it costs of the bytes that may wait.</summary>
    public int RowSize { get; init; }

    /// <summary>Rows go on until so many jobs have been started.</summary>
    public int UntilStarted { get; init; }

    /// <summary>Verbose lines, warnings and debug lines before and after the rows.</summary>
    public bool Say { get; init; }

    /// <summary>One verbose event, if the command shows those.</summary>
    public bool Tell { get; init; }

    /// <summary>Asks the pipeline's thread for the value of the only row.</summary>
    public Func<object?, Task<object?>>? Ask { get; init; }

    public bool Fail { get; init; }

    /// <summary>Does not end by itself.</summary>
    public bool Hang { get; init; }

    /// <summary>Milliseconds that the job goes on after its end, cancelled or not.</summary>
    public int DeafFor { get; init; }
}
