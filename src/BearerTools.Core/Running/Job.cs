namespace BearerTools.Running;

/// <summary>The work for one input.</summary>
internal abstract class Job
{
    /// <summary>The input as it came down the pipeline, for error records.</summary>
    public virtual object? Input => null;

    /// <summary>
    /// Does the work and says what comes of it. What it throws becomes a <see cref="RunItemKind.Failure"/> of this input;
    /// that it was cancelled is no failure.
    /// </summary>
    public abstract Task RunAsync(JobOutput output, CancellationToken cancel);
}
