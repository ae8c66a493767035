using System.Management.Automation;
using System.Management.Automation.Host;
using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// The progress line of a command: a few times a second at most, from counters, on the pipeline's thread. Nothing is shown
/// of what takes about a second.
/// </summary>
internal sealed class ProgressLine
{
    private const long ShowAfter = 1000;
    private const long ShowEvery = 250;

    /// <summary>A terminal may take seconds to show a line: it is asked where its cursor is, and some never answer. That must not set the pace.</summary>
    private const long MostlyWork = 20;

    // The engine's own sources count up from 0, and would take away another command's line.
    private readonly long _source = Random.Shared.NextInt64(long.MaxValue / 2, long.MaxValue);
    private readonly ICommandRuntime _runtime;
    private readonly PSHost _host;
    private readonly string _activity;
    private readonly ProgressFigures _figures;
    private long _due = Environment.TickCount64 + ShowAfter;
    private bool _isShown;

    /// <param name="runtime">Where the command writes.</param>
    /// <param name="host">Where the line is.</param>
    /// <param name="activity">The name of the command.</param>
    public ProgressLine(ICommandRuntime runtime, PSHost host, string activity)
    {
        (_runtime, _host, _activity) = (runtime, host, activity);
        _figures = new ProgressFigures(Transfer, TimeProvider.System);
    }

    /// <summary>Where the command's bodies are counted.</summary>
    public Transfer Transfer { get; } = new();

    /// <summary>In how many milliseconds it wants to be looked at.</summary>
    public int DueIn => (int)Math.Max(1, _due - Environment.TickCount64);

    /// <summary>Shows how far a run is, if it is time to.</summary>
    /// <param name="runner">The run.</param>
    /// <param name="isAll">Whether no more inputs will come.</param>
    public void Look(Runner runner, bool isAll)
    {
        var now = Environment.TickCount64;
        if (now < _due) return;
        var reading = _figures.Read(runner.Counts, isAll);
        _isShown = true;
        _runtime.WriteProgress(_source, new ProgressRecord(0, _activity, LiveSecrets.Redact(reading.Status))
        {
            PercentComplete = reading.Percent ?? -1,
            SecondsRemaining = (int?)reading.Left?.TotalSeconds ?? -1,
        });
        var shown = Environment.TickCount64;
        _due = shown + Math.Max(ShowEvery, (shown - now) * MostlyWork);
    }

    /// <summary>Takes the line away, however the command ends.</summary>
    public void End()
    {
        if (!_isShown) return;
        _isShown = false;
        var end = new ProgressRecord(0, _activity, "done") { RecordType = ProgressRecordType.Completed };
        try
        {
            _runtime.WriteProgress(_source, end);
        }
        catch (Exception e) when (e is PipelineStoppedException or InvalidOperationException)
        {
            // A command that was stopped, or is only disposed, may not write any more; its line would stay.
            _host.UI.WriteProgress(_source, end);
        }
    }
}
