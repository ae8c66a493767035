using System.Diagnostics;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// One message to an API and its response. While the response is read, the trace refers to this object; afterwards it keeps a copy, so that
/// the object does not outlive the request.
/// </summary>
internal sealed class RequestRecord : TraceRecord
{
    private TraceLog? _log;

    /// <summary>What is known of it.</summary>
    public RequestDetails Details;

    /// <summary>Address, as <see cref="TracedAddress"/> returns it.</summary>
    public required string Address { get; init; }

    /// <summary>The id that the API gave the request, or <see langword="null"/>. Not cleaned yet.</summary>
    public string? RequestId { get; init; }

    /// <summary>The id that joins the requests of an operation, or <see langword="null"/>. Not cleaned yet.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The number of characters of its texts.</summary>
    public int Characters => Address.Length + (RequestId?.Length ?? 0) + (CorrelationId?.Length ?? 0);

    public override int Bytes => Fixed + (2 * Characters) + Size(Error);

    /// <summary>Notes that the headers have arrived, or that they will not.</summary>
    public void Head(int status, Version? version, long connecting, long securing)
    {
        Details.Headers = Stopwatch.GetTimestamp();
        Details.Connecting = Math.Clamp(connecting, 0, Details.Headers - Details.Sent);
        Details.Securing = Math.Clamp(securing, 0, Details.Connecting);
        Details.Status = status;
        Details.Version = version;
        if (status == 0) End();
    }

    /// <summary>Counts bytes of the body.</summary>
    public void Add(int length) => Details.Received += length;

    /// <summary>Notes that the response was read, or that nobody reads it any more.</summary>
    public void End()
    {
        if (Details.End != 0) return;
        Details.End = Stopwatch.GetTimestamp();
        _log?.Complete(this);
    }

    /// <summary>Called when it is added to a trace before its end.</summary>
    public void Join(TraceLog log) => _log = log;
}
