using BearerTools.Running;

namespace BearerTools.Tests.Running;

/// <summary>Work that a test says.</summary>
internal sealed class TestJob(Func<JobOutput, CancellationToken, Task> work, object? input = null) : Job
{
    public override object? Input => input;

    public override Task RunAsync(JobOutput output, CancellationToken cancel) => work(output, cancel);

    /// <summary>One that writes its rows and is done.</summary>
    public static TestJob Writing(params object?[] rows) => new(async (output, _) =>
    {
        foreach (var row in rows) await output.WriteAsync(RunItemKind.Row, row);
    });

    /// <summary>One that waits until it is cancelled.</summary>
    public static TestJob Waiting() => new((_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, cancel));

    /// <summary>Writes a row, and signals when that has to wait.</summary>
    public static ValueTask WriteAsync(JobOutput output, object row, int cost, SemaphoreSlim paused)
    {
        var written = output.WriteAsync(RunItemKind.Row, row, cost);
        if (!written.IsCompleted) paused.Release();
        return written;
    }
}
