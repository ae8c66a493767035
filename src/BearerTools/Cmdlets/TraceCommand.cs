using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Selects entries of the trace of this process.</summary>
public abstract class TraceCommand : PSCmdlet
{
    private protected const string Selected = "Selected";

    private WildcardPattern? _uri;
    private WildcardPattern? _profile;

    /// <summary>Only this many of the last entries that match.</summary>
    [Parameter(ParameterSetName = Selected)]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>Only what failed.</summary>
    [Parameter(ParameterSetName = Selected)]
    public SwitchParameter Failed { get; set; }

    /// <summary>Only requests that took at least that long, as a TimeSpan or a number of milliseconds.</summary>
    [Parameter(ParameterSetName = Selected)]
    [DurationTransformation]
    public TimeSpan Slow { get; set; }

    /// <summary>Only requests whose address matches.</summary>
    [Parameter(ParameterSetName = Selected)]
    [ValidateNotNullOrEmpty, SupportsWildcards]
    public string? Uri { get; set; }

    /// <summary>Only requests of that profile.</summary>
    [Parameter(ParameterSetName = Selected)]
    [ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>Only what began at that time or later.</summary>
    [Parameter(ParameterSetName = Selected)]
    public DateTime Since { get; set; }

    /// <summary>Reads the parameters of the selection.</summary>
    protected override void BeginProcessing()
    {
        _uri = Pattern(Uri);
        _profile = Pattern(Profile);
    }

    /// <summary>The entries that match, from the oldest.</summary>
    private protected IEnumerable<BearerTraceEntry> Select(IReadOnlyList<TraceRecord> records) => Last > 0
        // From the end, so that only what is shown is formatted.
        ? records.Reverse().Select(record => new BearerTraceEntry(record)).Where(Matches).Take(Last).Reverse()
        : records.Select(record => new BearerTraceEntry(record)).Where(Matches);

    private protected static IReadOnlyList<TraceRecord> Records() => BearerSession.Services.Trace.After();

    private protected bool Matches(BearerTraceEntry entry) =>
        (!Failed || entry.IsFailure)
        && (Slow == default || (entry.Kind == "Request" && entry.Duration >= Slow))
        && (_uri is null || (entry.Uri is { } uri && _uri.IsMatch(uri)))
        && (_profile is null || (entry.Profile is { } profile && _profile.IsMatch(profile)))
        && (Since == default || entry.Time >= new DateTimeOffset(Since));

    private static WildcardPattern? Pattern(string? text) => text is null ? null : new WildcardPattern(text, WildcardOptions.IgnoreCase);
}
