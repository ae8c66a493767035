namespace BearerTools.Diagnostics;

/// <summary>A step of one request to an API.</summary>
internal abstract record RequestEvent : DiagnosticEvent;

/// <summary>The headers of a response have arrived.</summary>
/// <param name="Method">HTTP method of the request.</param>
/// <param name="Address">Address of the request.</param>
/// <param name="StatusCode">Status of the response.</param>
/// <param name="Duration">Time from sending the request to the end of the headers.</param>
/// <param name="TokenFingerprint">The token that was sent, or <see langword="null"/> if none was.</param>
internal sealed record ResponseReceived(
    HttpMethod Method, Uri Address, int StatusCode, TimeSpan Duration, string? TokenFingerprint) : RequestEvent;

/// <summary>A redirect is followed.</summary>
/// <param name="StatusCode">Status of the redirect.</param>
/// <param name="Address">The next address.</param>
/// <param name="CarriesToken">False if the token is not sent there.</param>
internal sealed record RedirectFollowed(int StatusCode, Uri Address, bool CarriesToken) : RequestEvent;

/// <summary>The API requires its nonce in the DPoP proof (RFC 9449 section 9).</summary>
internal sealed record ApiNonceRequired : RequestEvent;

/// <summary>A request that got a transient error status is retried.</summary>
/// <param name="Method">HTTP method of the request.</param>
/// <param name="Address">Address of the request.</param>
/// <param name="StatusCode">Status of the response.</param>
/// <param name="Retry">Number of the retry, from 1.</param>
/// <param name="MaxRetries">Maximum number of retries.</param>
/// <param name="Delay">Time until the retry.</param>
/// <param name="IsRequested">True if the API asked for this delay (Retry-After).</param>
internal sealed record ResponseRetried(
    HttpMethod Method, Uri Address, int StatusCode, int Retry, int MaxRetries, TimeSpan Delay, bool IsRequested) : RequestEvent;

/// <summary>A request without a usable response is retried.</summary>
/// <param name="Error">The error, as a sentence.</param>
/// <param name="ErrorId">The kind of the error.</param>
/// <param name="Retry">Number of the retry, from 1.</param>
/// <param name="MaxRetries">Maximum number of retries.</param>
/// <param name="Delay">Time until the retry.</param>
internal sealed record FailureRetried(string Error, string ErrorId, int Retry, int MaxRetries, TimeSpan Delay) : RequestEvent;

/// <summary>A request is sent again at once, over another connection.</summary>
/// <param name="Method">HTTP method of the request.</param>
/// <param name="Address">Address of the request.</param>
/// <param name="Reason">Why.</param>
internal sealed record RequestRepeated(HttpMethod Method, Uri Address, RepeatReason Reason) : RequestEvent;

/// <summary>A long-running operation is not finished and is polled again.</summary>
/// <param name="State">The state that the API last reported, such as <c>InProgress, 40 %</c>.</param>
/// <param name="Address">Address to poll.</param>
/// <param name="Delay">Time until the next poll.</param>
internal sealed record OperationPolled(string State, Uri Address, TimeSpan Delay) : RequestEvent;

/// <summary>The data of an event begins like a JSON object, but is not valid JSON. Reported for the first one.</summary>
/// <param name="Address">The address of the stream.</param>
/// <param name="Line">The line of the fault in the stream, from 1.</param>
/// <param name="IsText">True if the data is returned as text, false if the event is passed over.</param>
internal sealed record EventNotJson(Uri Address, long Line, bool IsText) : RequestEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>An event has no value at the path of the items, so it has no objects. Reported for the first one.</summary>
/// <param name="Address">The address of the stream.</param>
/// <param name="Line">The line of the event in the stream, from 1.</param>
/// <param name="Path">The path of the items.</param>
internal sealed record EventWithoutItems(Uri Address, long Line, string Path) : RequestEvent;

/// <summary>An event was passed over, because an earlier connection had sent it.</summary>
/// <param name="Address">The address of the stream.</param>
internal sealed record EventRepeated(Uri Address) : RequestEvent;

/// <summary>A stream of events states a reconnection time that is too long to be kept to.</summary>
/// <param name="Address">The address of the stream.</param>
/// <param name="Longest">The time that is waited instead.</param>
internal sealed record ReconnectionTimeBounded(Uri Address, TimeSpan Longest) : RequestEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A JSON object became an ordered dictionary, because a PSObject cannot hold all of its names.</summary>
/// <param name="Names">The names that a PSObject cannot hold.</param>
internal sealed record ObjectBecameDictionary(IReadOnlyList<string> Names) : RequestEvent
{
    public bool Equals(ObjectBecameDictionary? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var name in Names) hash.Add(name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
