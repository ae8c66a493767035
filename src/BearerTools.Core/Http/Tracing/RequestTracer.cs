using System.Collections.Frozen;
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

    private static readonly FrozenSet<string> s_requestIds = FrozenSet.ToFrozenSet(
        ["x-request-id", "request-id", "x-ms-request-id", "x-amzn-requestid", "x-github-request-id"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_correlationIds = FrozenSet.ToFrozenSet(
        ["x-correlation-id", "x-ms-correlation-request-id", "client-request-id"], StringComparer.OrdinalIgnoreCase);

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
        var (requestId, correlationId) = Ids(response.Headers.NonValidated);
        var record = Record(template, context, fingerprint, times, requestId, correlationId, null);
        var message = response.RequestMessage as ConnectingMessage;
        record.Head((int)response.StatusCode, response.Version, message?.Connecting ?? 0, message?.Securing ?? 0);
        context.StatusBefore = record.Details.Status;
        log.Add(record);
        return record;
    }

    /// <summary>Adds a message that got no response.</summary>
    public void AddFailure(
        RequestTemplate template, RequestContext context, string? fingerprint, in SendTimes times, string error)
    {
        var record = Record(template, context, fingerprint, times, null, null, error);
        record.Head(0, null, 0, 0);
        context.StatusBefore = 0;
        log.Add(record);
        if (record.Details.Exchange is { } exchange) Keep(exchange);
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
        RequestTemplate template, RequestContext context, string? fingerprint, in SendTimes times, string? requestId, string? correlationId,
        string? error)
    {
        var reason = context.Reason;
        context.Reason = SendReason.Next;
        var record = new RequestRecord
        {
            Time = time.GetUtcNow() - Stopwatch.GetElapsedTime(times.Asked),
            Address = TracedAddress.Of(template.Address, shownQuery),
            RequestId = requestId,
            CorrelationId = correlationId,
            Error = error,
        };
        ref var details = ref record.Details;
        details.Profile = profile;
        details.BaseUri = baseUri;
        details.Method = template.Method.Method;
        details.Fingerprint = fingerprint;
        details.Attempt = context.Attempts;
        details.Page = context.Page;
        details.Input = context.Number;
        details.RequestLength = template.Body is { } body ? body.Length ?? -1 : 0;
        details.Exchange = context.Exchange;
        details.Reason = reason;
        details.StatusBefore = reason == SendReason.First ? 0 : context.StatusBefore;
        details.Asked = times.Asked;
        details.Sent = times.Sent;
        return record;
    }

    private static (string? Request, string? Correlation) Ids(HttpHeadersNonValidated headers)
    {
        string? request = null, correlation = null;
        foreach (var (name, values) in headers)
        {
            if (request is null && s_requestIds.Contains(name)) request = Id(values);
            else if (correlation is null && s_correlationIds.Contains(name)) correlation = Id(values);
        }

        return (request, correlation);
    }

    private static string? Id(in HeaderStringValues values) =>
        values.ToString() is { Length: > 0 and <= LongestId } id ? TracedText.Of(id) : null;
}
