using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools;

/// <summary>A request to an API, a step in the life of a token, or a pause of requests, in this process. Contains no secrets.</summary>
public sealed class BearerTraceEntry
{
    /// <summary>The longest text of a server or an error.</summary>
    private const int LongestText = 500;

    internal BearerTraceEntry(TraceRecord record)
    {
        Number = record.Number;
        Time = record.Time;
        Error = Cleaned(record.Error);
        if (record is TokenRecord token)
        {
            Kind = "Token";
            Message = Cleaned(token.Text);
            Flow = token.Flow;
            Duration = token.Duration;
        }
        else if (record is PauseRecord pause)
        {
            Kind = "Pause";
            Uri = pause.Origin;
            Message = Cleaned(MessageOf(pause));
            Duration = pause.Length;
        }
        else if (record is RequestRecord request)
        {
            var details = request.Details;
            Kind = "Request";
            Profile = details.Profile;
            BaseUri = details.BaseUri is { } baseUri ? PrintableAddress.Of(baseUri) : null;
            Method = details.Method;
            Uri = TraceRedaction.Forms(LiveSecrets.Redact(request.Address));
            Status = details.Status == 0 ? null : details.Status;
            Input = details.Input;
            Attempt = details.Attempt;
            Reason = ReasonOf(details);
            Fingerprint = details.Fingerprint;
            Duration = details.Queue + details.Connect + details.Wait + (details.Body ?? TimeSpan.Zero);
            Queue = details.Queue;
            Connect = details.Connect;
            Tls = details.Tls;
            Wait = details.Wait;
            Body = details.Body;
            Bytes = details.Received;
            BytesSent = details.RequestLength < 0 ? null : details.RequestLength;
            HttpVersion = details.Version;
            IsConnectionReused = details.Status == 0 ? null : details.Connecting == 0;
            RequestId = Cleaned(request.RequestId);
            CorrelationId = Cleaned(request.CorrelationId);
            Error ??= details.Fault switch
            {
                ResponseFault.Broken => "The connection broke off while the response was read.",
                ResponseFault.Invalid => "The body of the response is not valid.",
                ResponseFault.TooLarge => "The response exceeds the limit for one object.",
                ResponseFault.NotFollowed => "The redirect was not followed.",
                _ => null,
            };
            Exchange = details.Exchange;
        }
    }

    /// <summary>Number of the entry in the trace of this process.</summary>
    public long Number { get; }

    /// <summary>Local time when it began.</summary>
    public DateTimeOffset Time { get; }

    /// <summary><c>Request</c>, <c>Token</c> or <c>Pause</c>.</summary>
    public string Kind { get; } = string.Empty;

    /// <summary>Profile of the connection, or <see langword="null"/>.</summary>
    public string? Profile { get; }

    /// <summary>Base address of the connection, or <see langword="null"/>.</summary>
    public string? BaseUri { get; }

    /// <summary>HTTP method.</summary>
    public string? Method { get; }

    /// <summary>Address, with the values of its query only under names that are known to be harmless.</summary>
    public string? Uri { get; }

    /// <summary>Status of the response, or <see langword="null"/> if there was none.</summary>
    public int? Status { get; }

    /// <summary>Number of the input that caused the request; the same for all its attempts, pages and polls.</summary>
    public long? Input { get; }

    /// <summary>Number of the request among those that one input, or one page of its list, caused, from 1.</summary>
    public int? Attempt { get; }

    /// <summary>
    /// Why it was sent after another request, such as <c>retry after 503</c> or <c>page 2</c>; otherwise <see langword="null"/>.
    /// </summary>
    public string? Reason { get; }

    /// <summary>What happened to the token, or why requests are paused, as a sentence.</summary>
    public string? Message { get; }

    /// <summary>Flow of the token.</summary>
    public string? Flow { get; }

    /// <summary>Why it failed, or why its response could not be used; otherwise <see langword="null"/>.</summary>
    public string? Error { get; }

    /// <summary>Keyed fingerprint of the token that was sent.</summary>
    public string? Fingerprint { get; }

    /// <summary>
    /// The whole time: of a request from its readiness to the end of its response, of a token request, or of a pause.
    /// </summary>
    public TimeSpan? Duration { get; }

    /// <summary>The time that it waited for the pace of its origin.</summary>
    public TimeSpan? Queue { get; }

    /// <summary>The time for opening a connection, including TLS.</summary>
    public TimeSpan? Connect { get; }

    /// <summary>The part of Connect that TLS took.</summary>
    public TimeSpan? Tls { get; }

    /// <summary>The time from sending it to the end of the response's headers.</summary>
    public TimeSpan? Wait { get; }

    /// <summary>The time for reading the response's body, or <see langword="null"/> while it is read.</summary>
    public TimeSpan? Body { get; }

    /// <summary>The number of bytes of the body that were read, after decompression.</summary>
    public long? Bytes { get; }

    /// <summary>The length of the request's body, or <see langword="null"/> if it was not known before it was sent.</summary>
    public long? BytesSent { get; }

    /// <summary>HTTP version of the response.</summary>
    public Version? HttpVersion { get; }

    /// <summary>True if it used a connection that was open already.</summary>
    public bool? IsConnectionReused { get; }

    /// <summary>The id that the API gave the request.</summary>
    public string? RequestId { get; }

    /// <summary>The id that the API gave all requests of an operation.</summary>
    public string? CorrelationId { get; }

    /// <summary>Head of the request without secrets, if it was sent with <c>-TraceBody</c>.</summary>
    public string? RequestHead => Exchange?.Request?.ToString();

    /// <summary>Body of the request without secrets, if it was sent with <c>-TraceBody</c>.</summary>
    public string? RequestBody => Exchange?.RequestBody?.ToString();

    /// <summary>Head of the response without secrets, if the request was sent with <c>-TraceBody</c>.</summary>
    public string? ResponseHead => Exchange?.Response?.ToString();

    /// <summary>Body of the response without secrets, if the request was sent with <c>-TraceBody</c>.</summary>
    public string? ResponseBody => Exchange?.ResponseBody?.ToString();

    /// <summary>Heads and bodies, or <see langword="null"/>.</summary>
    internal TracedExchange? Exchange { get; }

    /// <summary>True if it got an error status, or no response or a part of it, or if no token was obtained.</summary>
    public bool IsFailure => Error is not null || Status >= 400;

    /// <summary>The entry in a few words.</summary>
    public override string ToString() =>
        Kind != "Request" ? Error ?? Message ?? string.Empty
        : Status is { } status ? $"{Method} {Uri}: {status}"
        : $"{Method} {Uri}: {Error}";

    private static string MessageOf(PauseRecord pause)
    {
        var length = TimeText.Seconds(pause.Length);
        return pause.Reason == PauseReason.QuotaUsedUp ? $"Requests wait {length}: {EventText.Clause(pause.Reason, pause.Quota)}."
            : pause.IsOwn ? $"The API refused requests; they wait {length}."
            : $"The API asked to wait {length}.";
    }

    private static string? ReasonOf(in RequestDetails details)
    {
        var before = details.StatusBefore == 0 ? "no response" : $"{details.StatusBefore}";
        var page = details.Page > 1 ? $"page {details.Page}" : null;
        var reason = details.Reason switch
        {
            SendReason.Retry => $"retry after {before}",
            SendReason.NewToken => $"new token after {before}",
            SendReason.Redirect => $"redirect from {before}",
            SendReason.Nonce => $"nonce after {before}",
            SendReason.Next => $"next after {before}",
            _ => null,
        };
        return page is null ? reason : reason is null ? page : $"{page}, {reason}";
    }

    private static string? Cleaned(string? text) => text is null ? null : ServerText.Clean(text, LongestText);
}
