using System.Diagnostics;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// One message to an API and its response. Its texts do not change after it was added to the trace; the figures of the body do.
/// </summary>
internal sealed class RequestRecord : TraceRecord
{
    private long _headers;
    private long _end;
    private long _received;

    /// <summary>Profile of the connection, or <see langword="null"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Base address of the connection, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; init; }

    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Address, as <see cref="TracedAddress"/> returns it.</summary>
    public required string Address { get; init; }

    /// <summary>Fingerprint of the token that was sent, or <see langword="null"/> if none was.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Number of the message among those of its input, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>Number of the input that caused it; the same for all its attempts, pages and polls.</summary>
    public long Input { get; init; }

    public SendReason Reason { get; init; }

    /// <summary>Status of the message before, or 0 if there was none or it got no response.</summary>
    public int StatusBefore { get; init; }

    /// <summary>When the request was ready, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long Asked { get; init; }

    /// <summary>When its origin's pace admitted it.</summary>
    public long Sent { get; init; }

    /// <summary>Time for opening a connection, including TLS, in ticks of <see cref="Stopwatch"/>; 0 if an open one was used.</summary>
    public long Connecting { get; private set; }

    /// <summary>The part of <see cref="Connecting"/> that TLS took, in the same ticks.</summary>
    public long Securing { get; private set; }

    /// <summary>Length of the request's body in bytes, or -1 if it is not known.</summary>
    public long RequestLength { get; init; }

    /// <summary>Why the body of the response was not read to its end.</summary>
    public BodyFault Fault { get; set; }

    /// <summary>Heads and bodies, if they are traced; otherwise <see langword="null"/>.</summary>
    public TracedExchange? Exchange { get; init; }

    /// <summary>Status of the response, or 0 if there was none.</summary>
    public int Status { get; private set; }

    /// <summary>HTTP version of the response.</summary>
    public Version? Version { get; private set; }

    /// <summary>The id that the API gave the request, or <see langword="null"/>. Not cleaned yet.</summary>
    public string? RequestId { get; init; }

    /// <summary>The id that joins the requests of an operation, or <see langword="null"/>. Not cleaned yet.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>True when the response was read or given up, so that nothing changes any more.</summary>
    public bool IsOver => Volatile.Read(ref _end) != 0;

    /// <summary>The number of bytes of the body that were read.</summary>
    public long Received => Volatile.Read(ref _received);

    public TimeSpan Queue => Stopwatch.GetElapsedTime(Asked, Sent);

    public TimeSpan Connect => Stopwatch.GetElapsedTime(0, Connecting);

    public TimeSpan Tls => Stopwatch.GetElapsedTime(0, Securing);

    /// <summary>From sending to the end of the headers, without connecting.</summary>
    public TimeSpan Wait => Stopwatch.GetElapsedTime(Sent + Connecting, Math.Max(_headers, Sent + Connecting));

    /// <summary>From the headers until the response was read, or <see langword="null"/> while it is being read.</summary>
    public TimeSpan? Body => IsOver ? Stopwatch.GetElapsedTime(_headers, _end) : null;

    public override int Bytes =>
        Fixed + Size(Address) + Size(Error) + Size(RequestId) + Size(CorrelationId);

    /// <summary>Notes that the headers have arrived, or that they will not.</summary>
    public void Head(int status, Version? version, long connecting, long securing = 0)
    {
        _headers = Stopwatch.GetTimestamp();
        Connecting = Math.Clamp(connecting, 0, _headers - Sent);
        Securing = Math.Clamp(securing, 0, Connecting);
        Status = status;
        Version = version;
        if (status == 0) End();
    }

    /// <summary>Counts bytes of the body.</summary>
    public void Add(int length) => Volatile.Write(ref _received, _received + length);

    /// <summary>Notes that the response was read, or that nobody reads it any more.</summary>
    public void End()
    {
        if (_end == 0) Volatile.Write(ref _end, Stopwatch.GetTimestamp());
    }
}
