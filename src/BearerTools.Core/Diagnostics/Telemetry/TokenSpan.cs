using System.Diagnostics;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>The span of a token request, and its metrics. It is a child of the span of the request that needs the token.</summary>
internal sealed class TokenSpan : SpanEvents
{
    /// <summary>The name of the activity.</summary>
    public const string Name = "BearerTools.TokenRequest";

    private TagList _tags;

    private TokenSpan(Activity? activity, IEventSink next, in TagList tags) : base(activity, next) => _tags = tags;

    /// <summary>True if anything listens to spans or metrics of token requests. Without a listener there is no span.</summary>
    public static bool IsListenedTo => TelemetrySource.Activities.HasListeners() || TokenMetrics.IsEnabled;

    /// <summary>Begins a span, which is the current activity until it is disposed.</summary>
    /// <param name="flow">Name of the flow, or <see langword="null"/>.</param>
    /// <param name="reason">Why the token is requested.</param>
    /// <param name="next">Receives the events of the request too.</param>
    public static TokenSpan Begin(string? flow, TokenReason reason, IEventSink next)
    {
        var tags = new TagList
        {
            { TelemetryTags.Flow, flow ?? "Unknown" },
            { TelemetryTags.Reason, reason.ToString().ToLowerInvariant() },
        };
        var activity = TelemetrySource.Activities.StartActivity(Name);
        if (activity is { IsAllDataRequested: true })
        {
            foreach (var (name, value) in tags) activity.SetTag(name, value);
        }

        return new TokenSpan(activity, next, tags);
    }

    /// <summary>Notes the token that the source provided.</summary>
    public void Acquired(string fingerprint) => Activity?.SetTag(TelemetryTags.Fingerprint, fingerprint);

    protected override void End()
    {
        if (ErrorType is not null) _tags.Add(TelemetryTags.Error, ErrorType);
        TokenMetrics.Ended(_tags, Duration);
    }
}
