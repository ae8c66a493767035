using BearerTools.Running;
using Job = BearerTools.Running.Job;

namespace BearerTools.Pipeline;

/// <summary>A job on one token that writes its result, if any.</summary>
internal sealed class TokenJob(Func<JobOutput, CancellationToken, Task<object?>> work, object? input = null) : Job
{
    public override object? Input => input;

    public override async Task RunAsync(JobOutput output, CancellationToken cancel)
    {
        if (await work(output, cancel).ConfigureAwait(false) is { } result)
            await output.WriteAsync(RunItemKind.Row, result).ConfigureAwait(false);
    }
}
