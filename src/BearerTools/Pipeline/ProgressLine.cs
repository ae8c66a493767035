using System.Management.Automation;
using System.Management.Automation.Host;
using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// The progress line of a command, drawn from counters on the pipeline thread a few times per second at most. Commands that take less
/// than about a second show none.
/// </summary>
internal sealed class ProgressLine
{
    private const long ShowAfter = 1000;
    private const long ShowEvery = 250;

    /// <summary>
    /// Minimum ratio of the time between two updates to the time that drawing takes. Drawing asks the terminal for its cursor position,
    /// which may take seconds or never return, and must not slow the command down.
    /// </summary>
    private const long WorkPerDraw = 20;

    // The engine's own source ids count up from 0; using one of those would replace another command's line.
    private readonly long _source = Random.Shared.NextInt64(long.MaxValue / 2, long.MaxValue);
    private readonly ICommandRuntime _runtime;
    private readonly PSHost _host;
    private readonly string _activity;
    private readonly ProgressFigures _figures;
    private long _due = Environment.TickCount64 + ShowAfter;
    private bool _isShown;

    /// <param name="runtime">The command's runtime, which the line is written to.</param>
    /// <param name="host">The host that displays the line.</param>
    /// <param name="activity">The name of the command.</param>
    public ProgressLine(ICommandRuntime runtime, PSHost host, string activity)
    {
        (_runtime, _host, _activity) = (runtime, host, activity);
        _figures = new ProgressFigures(Transfer, TimeProvider.System);
    }

    /// <summary>Counts the bytes that the command transfers.</summary>
    public Transfer Transfer { get; } = new();

    /// <summary>Milliseconds until the next update is due.</summary>
    public int DueIn => (int)Math.Max(1, _due - Environment.TickCount64);

    /// <summary>Shows the progress if an update is due.</summary>
    /// <param name="runner">The runner of the command.</param>
    /// <param name="isAll">True if no more input will arrive.</param>
    public void ShowIfDue(Runner runner, bool isAll)
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
        _due = shown + Math.Max(ShowEvery, (shown - now) * WorkPerDraw);
    }

    /// <summary>Removes the line, however the command ends.</summary>
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
            // A stopped or disposed command may no longer write to its runtime, so the line is removed through the host.
            _host.UI.WriteProgress(_source, end);
        }
    }
}
