using System.Diagnostics;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>What the trace keeps of a request besides its texts. Times are timestamps of <see cref="Stopwatch"/>.</summary>
internal struct RequestDetails
{
    /// <summary>Profile of the connection, or <see langword="null"/>.</summary>
    public string? Profile;

    /// <summary>Base address of the connection, or <see langword="null"/>.</summary>
    public Uri? BaseUri;

    /// <summary>HTTP method.</summary>
    public string Method;

    /// <summary>Fingerprint of the token that was sent, or <see langword="null"/> if none was.</summary>
    public string? Fingerprint;

    /// <summary>Number of the message among those of its input or page, from 1.</summary>
    public int Attempt;

    /// <summary>Number of the page, from 1; 0 if the request is not for a page.</summary>
    public int Page;

    /// <summary>Number of the input that caused it; the same for all its attempts, pages and polls.</summary>
    public long Input;

    /// <summary>Why it was sent.</summary>
    public SendReason Reason;

    /// <summary>Status of the message before, or 0 if there was none or it got no response.</summary>
    public int StatusBefore;

    /// <summary>When it was ready.</summary>
    public long Asked;

    /// <summary>When its origin's pace admitted it.</summary>
    public long Sent;

    /// <summary>When the headers of the response had arrived.</summary>
    public long Headers;

    /// <summary>When the response was read or given up; 0 before.</summary>
    public long End;

    /// <summary>Ticks for opening a connection, including TLS; 0 if an open one was used.</summary>
    public long Connecting;

    /// <summary>The part of <see cref="Connecting"/> that TLS took.</summary>
    public long Securing;

    /// <summary>Length of the request's body in bytes, or -1 if it is not known.</summary>
    public long RequestLength;

    /// <summary>The number of bytes of the response's body that were read.</summary>
    public long Received;

    /// <summary>Status of the response, or 0 if there was none.</summary>
    public int Status;

    /// <summary>HTTP version of the response.</summary>
    public Version? Version;

    /// <summary>Why the response could not be used.</summary>
    public ResponseFault Fault;

    /// <summary>Heads and bodies, if they are traced; otherwise <see langword="null"/>.</summary>
    public TracedExchange? Exchange;

    /// <summary>True when the response was read or given up, so that nothing changes any more.</summary>
    public readonly bool IsOver => End != 0;

    /// <summary>From its readiness until its origin's pace admitted it.</summary>
    public readonly TimeSpan Queue => Stopwatch.GetElapsedTime(Asked, Sent);

    /// <summary>For opening a connection, including TLS.</summary>
    public readonly TimeSpan Connect => Stopwatch.GetElapsedTime(0, Connecting);

    /// <summary>For TLS.</summary>
    public readonly TimeSpan Tls => Stopwatch.GetElapsedTime(0, Securing);

    /// <summary>From sending to the end of the headers, without connecting.</summary>
    public readonly TimeSpan Wait => Stopwatch.GetElapsedTime(Sent + Connecting, Math.Max(Headers, Sent + Connecting));

    /// <summary>From the headers until the response was read, or <see langword="null"/> while it is being read.</summary>
    public readonly TimeSpan? Body => IsOver ? Stopwatch.GetElapsedTime(Headers, End) : null;
}
