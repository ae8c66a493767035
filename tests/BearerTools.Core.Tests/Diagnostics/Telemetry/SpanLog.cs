using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace BearerTools.Tests.Diagnostics.Telemetry;

/// <summary>Listens to the spans of one trace, which begins with an activity of its own, and keeps those that have ended.</summary>
internal sealed class SpanLog : IDisposable
{
    public const string OfModule = "BearerTools";
    public const string OfRuntime = "System.Net.Http";

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace;

    /// <param name="sources">The sources that are listened to; by default the module and the runtime.</param>
    public SpanLog(params string[] sources)
    {
        string[] names = sources.Length > 0 ? sources : [OfModule, OfRuntime];
        Root = new Activity("runbook").Start();
        _trace = Root.TraceId;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => names.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The activity that the trace begins with, as a script would start one.</summary>
    public Activity Root { get; }

    /// <summary>The spans of requests, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Requests => Named("BearerTools.Request");

    public IReadOnlyList<Activity> TokenRequests => Named("BearerTools.TokenRequest");

    /// <summary>The spans of messages: of the runtime or, on .NET 8, of the module.</summary>
    public IReadOnlyList<Activity> Messages =>
        [.. All.Where(span => span.Kind == ActivityKind.Client && (span.Source.Name == OfModule || Environment.Version.Major > 8))];

    private IEnumerable<Activity> All => _ended.Where(span => span.TraceId == _trace);

    public static string Tag(Activity span, string name) => Convert.ToString(span.GetTagItem(name), CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>Everything that an exporter could send.</summary>
    public string Text() => string.Join('\n', All.SelectMany(span =>
        new[] { span.OperationName, span.DisplayName, span.StatusDescription, span.TraceStateString }
            .Concat(span.TagObjects.Concat(span.Events.SelectMany(e => e.Tags)).Select(tag => $"{tag.Key}={tag.Value}"))
            .Concat(span.Events.Select(e => e.Name))
            .Concat(span.Baggage.Select(item => $"{item.Key}={item.Value}"))));

    public void Dispose()
    {
        _listener.Dispose();
        Root.Dispose();
    }

    private Activity[] Named(string name) => [.. All.Where(span => span.OperationName == name)];
}
