using System.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Paging;
using BearerTools.Tests.Http;
using BearerTools.Tests.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Telemetry;

/// <summary>Not parallel, because listeners are of the process: those of one test would be heard in another.</summary>
[CollectionDefinition(nameof(TelemetryBench), DisableParallelization = true)]
public sealed class TelemetryBench : IDisposable
{
    private readonly Wire _wire;

    internal TelemetryBench(Wire? wire = null) =>
        _wire = wire ?? new Wire(retries: new RetryPolicy { MaxRetries = 2, Interval = TimeSpan.FromMilliseconds(1) });

    internal Wire Wire => _wire;

    /// <summary>Runs one job as a cmdlet does, for which the activity was current when it was fed.</summary>
    internal async Task<List<RunItem>> RunAsync(RequestTemplate template, Activity? parent, PageRule? rule = null)
    {
        var json = rule is null ? JsonReadOptions.Default : JsonReadOptions.Default with { Captures = rule.Captures };
        var run = new RequestRun(_wire.Sender, _ => new TextRows(), json) { Retries = _wire.Retries, Profile = "contoso" };
        using var runner = new Runner(new RunnerLimits(2));
        var job = rule is null ? new RequestJob(run, template) : new PagedRequestJob(run, rule, template);
        job.Parent = parent;
        // A worker inherits nothing from the thread that feeds it.
        Activity.Current = null;
        return await runner.RunAllAsync([job]).Soon();
    }

    public void Dispose() => _wire.Dispose();
}
