using System.Diagnostics;
using System.Net.Http.Headers;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Http.Tracing;

/// <summary>Adds the messages of a connection to the trace.</summary>
/// <param name="log">The trace.</param>
/// <param name="time">The clock.</param>
/// <param name="profile">The connection's profile, or <see langword="null"/>.</param>
/// <param name="baseUri">The connection's base address, or <see langword="null"/>.</param>
/// <param name="shownQuery">Further names of a query whose values are shown, or <see langword="null"/>.</param>
internal sealed class RequestTracer(
    TraceLog log, TimeProvider time, string? profile, Uri? baseUri, IReadOnlyList<string>? shownQuery = null)
{
    /// <summary>An id that is longer is none.</summary>
    private const int LongestId = 200;

    private static readonly string[] s_requestIds =
        ["x-request-id", "request-id", "x-ms-request-id", "x-amzn-requestid", "x-github-request-id"];

    private static readonly string[] s_correlationIds = ["x-correlation-id", "x-ms-correlation-request-id", "client-request-id"];

    /// <summary>Further names of a query whose values are shown, or <see langword="null"/>.</summary>
    public IReadOnlyList<string>? ShownQuery => shownQuery;

    /// <summary>Keeps heads and bodies that do not change any more.</summary>
    public void Keep(TracedExchange exchange) => log.Bodies.Keep(exchange);

    /// <summary>
    /// Adds a message whose response's headers have arrived, and returns its record, which <see cref="ApiResponse"/> ends.
    /// </summary>
    public RequestRecord Add(
        RequestTemplate template, RequestContext context, string? fingerprint, in SendTimes times, HttpResponseMessage response)
    {
        var headers = response.Headers.NonValidated;
        var record = Record(template, context, fingerprint, times, Id(headers, s_requestIds), Id(headers, s_correlationIds));
        var message = response.RequestMessage as ConnectingMessage;
        record.Head((int)response.StatusCode, response.Version, message?.Connecting ?? 0, message?.Securing ?? 0);
        context.StatusBefore = record.Status;
        log.Add(record);
        return record;
    }

    /// <summary>Adds a message that got no response.</summary>
    public void AddFailure(
        RequestTemplate template, RequestContext context, string? fingerprint, in SendTimes times, string error)
    {
        var record = Record(template, context, fingerprint, times, null, null);
        record.Error = error;
        record.Head(0, null, 0);
        context.StatusBefore = 0;
        log.Add(record);
        if (record.Exchange is { } exchange) Keep(exchange);
    }

    /// <summary>Adds a pause that a response asked for.</summary>
    public void AddPause(Origin origin, TimeSpan pause) => log.Add(new PauseRecord
    {
        Time = time.GetUtcNow(),
        Origin = origin.ToString(),
        Length = pause,
        Reason = PauseReason.Requested,
    });

    private RequestRecord Record(
        RequestTemplate template, RequestContext context, string? fingerprint, in SendTimes times, string? requestId, string? correlationId)
    {
        var reason = context.Reason;
        context.Reason = SendReason.Next;
        return new RequestRecord
        {
            Time = time.GetUtcNow() - Stopwatch.GetElapsedTime(times.Asked),
            Profile = profile,
            BaseUri = baseUri,
            Method = template.Method.Method,
            Address = TracedAddress.Of(template.Address, shownQuery),
            Fingerprint = fingerprint,
            Attempt = context.Attempts,
            Input = context.Number,
            RequestLength = template.Body is { } body ? body.Length ?? -1 : 0,
            Exchange = context.Exchange,
            Reason = reason,
            StatusBefore = reason == SendReason.First ? 0 : context.StatusBefore,
            Asked = times.Asked,
            Sent = times.Sent,
            RequestId = requestId,
            CorrelationId = correlationId,
        };
    }

    private static string? Id(HttpHeadersNonValidated headers, string[] names)
    {
        foreach (var name in names)
        {
            if (headers.TryGetValues(name, out var values) && values.ToString() is { Length: > 0 and <= LongestId } id)
                return TracedText.Of(id);
        }

        return null;
    }
}
