using System.Diagnostics;

namespace BearerTools.Running;

/// <summary>The work for one input.</summary>
internal abstract class Job
{
    /// <summary>The pipeline input, for error records.</summary>
    public virtual object? Input => null;

    /// <summary>True if the work may change something at the server.</summary>
    public virtual bool MayModify => false;

    /// <summary>
    /// The activity that the work belongs to, or <see langword="null"/>. Workers do not inherit that of the pipeline thread.
    /// </summary>
    public Activity? Parent { get; set; }

    /// <summary>Does the work, within its activity.</summary>
    public Task StartAsync(JobOutput output, CancellationToken cancel) =>
        Parent is null ? RunAsync(output, cancel) : RunWithinAsync(Parent, output, cancel);

    /// <summary>
    /// Does the work and writes its results. An exception becomes a <see cref="RunItemKind.Failure"/> of this input; a
    /// cancellation does not.
    /// </summary>
    public abstract Task RunAsync(JobOutput output, CancellationToken cancel);

    /// <summary>Makes the activity current for this job only: an async method restores what was current before.</summary>
    private async Task RunWithinAsync(Activity parent, JobOutput output, CancellationToken cancel)
    {
        Activity.Current = parent;
        await RunAsync(output, cancel).ConfigureAwait(false);
    }
}
