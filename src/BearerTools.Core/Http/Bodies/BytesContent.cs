using System.Net;

namespace BearerTools.Http.Bodies;

/// <summary>Content that tells whether its sending has begun. Until then, no server can have received the request in full.</summary>
internal interface ITrackedContent
{
    /// <summary>True if the connection has asked for the content.</summary>
    bool HasBegun { get; }
}

/// <summary>A connection that is closing asked for the content of a request that it had given up; nothing of it was written.</summary>
internal sealed class UnsentContentException() : IOException("The connection was closed before the body was sent.");

/// <summary>Bytes in memory as content.</summary>
internal sealed class BytesContent(ReadOnlyMemory<byte> bytes) : HttpContent, ITrackedContent
{
    private volatile bool _hasBegun;

    /// <summary>Always true if there are no bytes: a server needs only the headers of such a request.</summary>
    public bool HasBegun => _hasBegun || bytes.IsEmpty;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromException(new UnsentContentException());
        _hasBegun = true;
        return stream.WriteAsync(bytes, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
