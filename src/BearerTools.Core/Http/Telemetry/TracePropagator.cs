using System.Diagnostics;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Connecting;

namespace BearerTools.Http.Telemetry;

/// <summary>
/// Writes the headers of the current activity (W3C Trace Context: <c>traceparent</c>, <c>tracestate</c>) as the process is configured to,
/// but not to another origin than the request's, and not beside the caller's own header. Also completes the span of the runtime, whose
/// attributes have been set when this is called.
/// </summary>
internal sealed class TracePropagator : DistributedContextPropagator
{
    private const string Header = "traceparent";
    private const string SourceOfRuntime = "System.Net.Http";

    public static TracePropagator Instance { get; } = new();

    public override IReadOnlyCollection<string> Fields => Current.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is null || carrier is not HttpRequestMessage message) return;
        var isOfSource = activity.Source.Name == SourceOfRuntime;
        if (isOfSource) Complete(activity, message);
        if (message is ConnectingMessage { IsCrossOrigin: true } || message.Headers.NonValidated.Contains(Header)) return;
        // Without a listener to the runtime's spans, its activity is recorded nowhere, and the server's span would have no parent.
        Current.Inject(isOfSource ? activity : activity.Parent ?? activity, carrier, setter);
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        Current.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        Current.ExtractBaggage(carrier, getter);

    /// <summary>
    /// The runtime (.NET 9 and later) removes the query from the address, and leaves secrets in the path. It does not know about retries.
    /// </summary>
    private static void Complete(Activity activity, HttpRequestMessage message)
    {
        if (!activity.IsAllDataRequested) return;
        if (activity.GetTagItem(TelemetryTags.Url) is not null && message.RequestUri is { IsAbsoluteUri: true } address)
            activity.SetTag(TelemetryTags.Url, TracedAddress.Shown(address));
        if (message is ConnectingMessage { Resends: > 0 and var resends }) activity.SetTag(TelemetryTags.Resends, resends);
    }
}
