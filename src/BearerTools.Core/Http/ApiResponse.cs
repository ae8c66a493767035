using System.Net;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Tracing;
using BearerTools.Http.Waiting;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>A response whose headers have arrived and whose body has not been read yet.</summary>
internal sealed class ApiResponse(HttpResponseMessage message, RequestTemplate template) : IDisposable
{
    private Dictionary<string, IReadOnlyList<string>>? _received;

    public HttpResponseMessage Message => message;

    /// <summary>The request that this responds to; after redirects, the last one.</summary>
    public RequestTemplate Template => template;

    public HttpStatusCode Status => message.StatusCode;

    public bool IsSuccess => message.IsSuccessStatusCode;

    /// <summary>The reason, as a clause, why a retry that might help was not made; otherwise <see langword="null"/>.</summary>
    public string? GiveUpReason { get; set; }

    /// <summary>Where the body can be continued; <see langword="null"/> if it is no stream of events that says so.</summary>
    public EventPosition? Position { get; set; }

    /// <summary>
    /// The operation whose status or result was requested, if the response is an error instead; otherwise <see langword="null"/>.
    /// </summary>
    public UnreadOperation? Operation { get; set; }

    /// <summary>What the request was authenticated with; <see langword="null"/> if with nothing.</summary>
    public SentIdentity? Sent { get; set; }

    /// <summary>The token, if the response rejects it and no other one is accepted; otherwise <see langword="null"/>.</summary>
    public AccessToken? RejectedToken { get; set; }

    /// <summary>True if that token cannot be renewed now, or replaces one that was rejected too.</summary>
    public bool IsTokenFinal { get; set; }

    /// <summary>True if the response rejects the token of the run, so that no further request would be accepted.</summary>
    public bool EndsRun { get; set; }

    /// <summary>The proxy, if it refused the request for its credentials; otherwise <see langword="null"/>.</summary>
    public UsedProxy? Proxy { get; init; }

    /// <summary>The request in the trace, or <see langword="null"/> if there is none.</summary>
    public RequestRecord? Record { get; init; }

    /// <summary>The beginning of the body for the trace, or <see langword="null"/>.</summary>
    public BodyCapture? Capture { get; init; }

    /// <summary>A copy of all headers, as they were received.</summary>
    public Dictionary<string, IReadOnlyList<string>> AllHeaders()
    {
        if (_received is not null) return _received;
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in message.Headers.NonValidated.Concat(message.Content.Headers.NonValidated))
            headers[name] = values.ToArray();
        return headers;
    }

    /// <summary>Replaces the body with a file that it has been saved to.</summary>
    public void ReadFrom(string path)
    {
        _received = AllHeaders();
        var saved = new StreamContent(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));
        foreach (var (name, values) in message.Content.Headers.NonValidated)
        {
            if (name is not ("Content-Length" or "Content-Range")) saved.Headers.TryAddWithoutValidation(name, values);
        }

        message.Content.Dispose();
        message.Content = saved;
    }

    /// <summary>Counts bytes of the body that were read.</summary>
    public void Read(int length) => Record?.Add(length);

    /// <summary>Notes that the body cannot be read to its end, and returns the error.</summary>
    public BearerRequestException Failed(ResponseFault fault, BearerRequestException error)
    {
        if (Record is { } record) record.Details.Fault = fault;
        return error;
    }

    public void Dispose()
    {
        Record?.End();
        Capture?.Complete();
        message.Dispose();
    }
}
