namespace BearerTools.Running;

/// <summary>An input that cannot be asked for at all: its error comes in its turn, among the results of the others.</summary>
internal sealed class FailedJob(Exception error, object? input) : Job
{
    public override object? Input => input;

    public override Task RunAsync(JobOutput output, CancellationToken cancel) => Task.FromException(error);
}
