using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Gets the last requests and token events of this process, without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "BearerTrace")]
[OutputType(typeof(BearerTraceEntry))]
public sealed class GetBearerTraceCommand : PSCmdlet, IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <summary>A response that takes longer is shown while it is read.</summary>
    private static readonly TimeSpan s_longestReading = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();
    private WildcardPattern? _uri;
    private WildcardPattern? _profile;

    /// <summary>Gets only this many of the last entries that match.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>Gets only what failed.</summary>
    [Parameter]
    public SwitchParameter Failed { get; set; }

    /// <summary>Gets only requests that took at least that long, as a TimeSpan or a number of milliseconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Slow { get; set; }

    /// <summary>Gets only requests whose address matches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, SupportsWildcards]
    public string? Uri { get; set; }

    /// <summary>Gets only requests of that profile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>Gets only what began at that time or later.</summary>
    [Parameter]
    public DateTime Since { get; set; }

    /// <summary>Continues with new entries until the command is stopped.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FormatData.EnsureLoaded(this);
        _uri = Pattern(Uri);
        _profile = Pattern(Profile);
        var records = BearerSession.Services.Trace.After();
        var matches = records.Select(record => new BearerTraceEntry(record)).Where(Matches);
        foreach (var entry in Last > 0 ? LastOf(records) : matches) WriteObject(entry);
        if (Wait) Follow(records.Count > 0 ? records[^1].Number : 0);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Set();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>From the end, so that only what is shown is formatted.</summary>
    private IEnumerable<BearerTraceEntry> LastOf(IReadOnlyList<TraceRecord> records) =>
        records.Reverse().Select(record => new BearerTraceEntry(record)).Where(Matches).Take(Last).Reverse();

    private void Follow(long number)
    {
        var services = BearerSession.Services;
        while (!_stop.Wait(s_interval))
        {
            foreach (var record in services.Trace.After(number))
            {
                // In order: those after a response that is still being read wait for it, but not for long.
                if (record is RequestRecord { Facts.IsOver: false } && services.Time.GetUtcNow() - record.Time < s_longestReading) break;
                number = record.Number;
                var entry = new BearerTraceEntry(record);
                if (Matches(entry)) WriteObject(entry);
            }
        }
    }

    private bool Matches(BearerTraceEntry entry) =>
        (!Failed || entry.IsFailure)
        && (Slow == default || entry.Duration >= Slow)
        && (_uri is null || (entry.Uri is { } uri && _uri.IsMatch(uri)))
        && (_profile is null || (entry.Profile is { } profile && _profile.IsMatch(profile)))
        && (Since == default || entry.Time >= new DateTimeOffset(Since));

    private static WildcardPattern? Pattern(string? text) => text is null ? null : new WildcardPattern(text, WildcardOptions.IgnoreCase);
}
