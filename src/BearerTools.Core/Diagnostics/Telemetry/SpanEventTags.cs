using System.Diagnostics;
using System.Text.Json;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>The names and attributes that diagnostic events have in a span.</summary>
internal static class SpanEventTags
{
    public static string NameOf(DiagnosticEvent e) => e switch
    {
        ResponseReceived => "response",
        ResponseRetried or FailureRetried or RequestRepeated or AuthorityRetried => "retry",
        RedirectFollowed => "redirect",
        OperationPolled => "poll",
        LastPageReached or PageLimitReached => "last_page",
        RequestPaused or OriginPaused => "pause",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(e.GetType().Name),
    };

    /// <summary>The attributes of an event: its sentence, and the figures of those that are often searched for.</summary>
    public static ActivityTagsCollection Of(DiagnosticEvent e)
    {
        var tags = new ActivityTagsCollection { { TelemetryTags.Message, LiveSecrets.Redact(EventText.Format(e)) } };
        switch (e)
        {
            case ResponseReceived received:
                Add(tags, received.StatusCode, null, received.Address);
                if (received.TokenFingerprint is { } token) tags.Add(TelemetryTags.Fingerprint, token);
                break;
            case ResponseRetried retried:
                Add(tags, retried.StatusCode, retried.Delay, retried.Address);
                break;
            case FailureRetried retried:
                tags.Add(TelemetryTags.Error, retried.ErrorId);
                Add(tags, null, retried.Delay, null);
                break;
            case AuthorityRetried retried:
                Add(tags, null, retried.Delay, null);
                break;
            case RedirectFollowed followed:
                Add(tags, followed.StatusCode, null, followed.Address);
                break;
            case OperationPolled polled:
                Add(tags, null, polled.Delay, polled.Address);
                break;
            case RequestPaused paused:
                Add(tags, null, paused.Delay, null);
                break;
            case OriginPaused paused:
                Add(tags, null, paused.Pause, null);
                break;
        }

        return tags;
    }

    private static void Add(ActivityTagsCollection tags, int? status, TimeSpan? delay, Uri? address)
    {
        if (status is { } code) tags.Add(TelemetryTags.Status, code);
        if (delay is { } time) tags.Add(TelemetryTags.Delay, time.TotalSeconds);
        if (address is not null) tags.Add(TelemetryTags.Url, TracedAddress.Shown(address));
    }
}
