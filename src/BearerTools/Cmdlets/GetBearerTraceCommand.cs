using System.Management.Automation;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Gets the last requests, token events and pauses of this process, without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "BearerTrace", DefaultParameterSetName = Selected)]
[OutputType(typeof(BearerTraceEntry))]
public sealed class GetBearerTraceCommand : TraceCommand, IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <summary>A response that takes longer is shown while it is read.</summary>
    private static readonly TimeSpan s_longestReading = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();

    /// <summary>Continues with new entries until the command is stopped.</summary>
    [Parameter(ParameterSetName = Selected)]
    public SwitchParameter Wait { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FormatData.EnsureLoaded(this);
        var records = Records();
        foreach (var entry in Select(records)) WriteObject(entry);
        if (Wait) Follow(records.Count > 0 ? records[^1].Number : 0);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Set();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Follow(long number)
    {
        var services = BearerSession.Services;
        while (!_stop.Wait(s_interval))
        {
            foreach (var record in services.Trace.After(number))
            {
                // In order: those after a response that is still being read wait for it, but not for long.
                if (record is RequestRecord { Details.IsOver: false } && services.Time.GetUtcNow() - record.Time < s_longestReading) break;
                number = record.Number;
                var entry = new BearerTraceEntry(record);
                if (Matches(entry)) WriteObject(entry);
            }
        }
    }
}
