namespace BearerTools.Running;

/// <summary>An input that cannot be requested at all. Its error is written in order, among the results of the other inputs.</summary>
internal sealed class FailedJob(Exception error, object? input) : Job
{
    public override object? Input => input;

    public override Task RunAsync(JobOutput output, CancellationToken cancel) => Task.FromException(error);
}
