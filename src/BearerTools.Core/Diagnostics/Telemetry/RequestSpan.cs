using System.Diagnostics;
using System.Globalization;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>
/// The span of the request for one input, from its first message until its last page is read, and its metrics. The spans of the messages
/// are its children; pages, polls and retries are its events.
/// </summary>
internal sealed class RequestSpan : SpanEvents
{
    /// <summary>The name of the activity.</summary>
    public const string Name = "BearerTools.Request";

    private TagList _tags;
    private int _status;
    private int _pages;
    private int _retries;

    private RequestSpan(Activity? activity, IEventSink next, in TagList tags) : base(activity, next) => _tags = tags;

    /// <summary>True if anything listens to spans or metrics of requests. Without a listener there is no span.</summary>
    public static bool IsListenedTo =>
        TelemetrySource.Activities.HasListeners() || RequestMetrics.IsEnabled || RequestMetrics.MeasuresQueue;

    /// <summary>Begins a span, which is the current activity until it is disposed.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="address">Address of the first message.</param>
    /// <param name="profile">Profile of the connection, or <see langword="null"/>.</param>
    /// <param name="queuedOn">When the input was read, as a timestamp; 0 if that was not noted.</param>
    /// <param name="next">Receives the events of the request too.</param>
    public static RequestSpan Begin(HttpMethod method, Uri address, string? profile, long queuedOn, IEventSink next)
    {
        var tags = RequestMetrics.TagsOf(method, address.IdnHost, address.Port);
        if (queuedOn != 0) RequestMetrics.Queued(tags, Stopwatch.GetElapsedTime(queuedOn));
        var activity = TelemetrySource.Activities.StartActivity(Name);
        if (activity is { IsAllDataRequested: true })
        {
            foreach (var (name, value) in tags) activity.SetTag(name, value);
            if (TelemetryTags.MethodOf(method) != method.Method)
                activity.SetTag(TelemetryTags.OriginalMethod, LiveSecrets.Redact(method.Method));
            activity.SetTag(TelemetryTags.Url, TracedAddress.Shown(address));
            if (profile is not null) activity.SetTag(TelemetryTags.Profile, profile);
        }

        return new RequestSpan(activity, next, tags);
    }

    /// <summary>Notes the status of a response; that of the last one is the request's.</summary>
    public void Responded(int status) => _status = status;

    /// <summary>Notes that a page has arrived.</summary>
    public void AddPage(int number)
    {
        _pages = number;
        Add("page", () => new ActivityTagsCollection { { TelemetryTags.Page, number } });
    }

    protected override void Count(DiagnosticEvent e)
    {
        string? cause = e switch
        {
            ResponseRetried retried => Text(retried.StatusCode),
            FailureRetried retried => retried.ErrorId,
            RequestRepeated { Reason: RepeatReason.NoResponse } => "ConnectionFailed",
            RequestRepeated => "not_processed",
            _ => null,
        };
        if (cause is null) return;
        Interlocked.Increment(ref _retries);
        var tags = _tags;
        tags.Add(TelemetryTags.Error, cause);
        RequestMetrics.Retried(tags);
    }

    protected override void End()
    {
        // The status says more than the error that it leads to.
        if (ErrorType is not null && _status >= 400) ErrorType = Text(_status);
        if (Activity is { } activity)
        {
            if (_status != 0) activity.SetTag(TelemetryTags.Status, _status);
            if (_pages > 0) activity.SetTag(TelemetryTags.Pages, _pages);
            if (_retries > 0) activity.SetTag(TelemetryTags.Retries, _retries);
        }

        if (_status != 0) _tags.Add(TelemetryTags.StatusClass, $"{Text(_status / 100)}xx");
        if (ErrorType is not null) _tags.Add(TelemetryTags.Error, ErrorType);
        RequestMetrics.Ended(_tags, Duration);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
