using System.Net;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>A request body: creates new content for each attempt, because content can be sent only once.</summary>
internal abstract class RequestBody(string? contentType)
{
    /// <summary>The media type, unless <see cref="RequestTemplate.ContentType"/> gives another.</summary>
    public string? ContentType { get; } = contentType;

    /// <summary>True if only the body knows its media type, such as a form its boundary.</summary>
    public virtual bool OwnsContentType => false;

    /// <summary>True if the body can be sent more than once.</summary>
    public abstract bool CanReplay { get; }

    /// <summary>The length in bytes, or <see langword="null"/> if it is known only when it is sent.</summary>
    public virtual long? Length => null;

    /// <summary>The beginning of the text, or what the body is if it is no text, for a user who decides whether to send it.</summary>
    public virtual string Preview => $"({ContentType ?? "content"})";

    public HttpContent ToContent()
    {
        var content = Create();
        if (ContentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return content;
    }

    protected abstract HttpContent Create();
}

/// <summary>Bytes in memory: JSON, text or binary data.</summary>
internal sealed class BytesBody(ReadOnlyMemory<byte> bytes, string? contentType) : RequestBody(contentType)
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public override bool CanReplay => true;

    public override long? Length => bytes.Length;

    public override string Preview => BodyPreview.Of(bytes.Span, ContentType);

    protected override HttpContent Create() => new BytesContent(bytes);
}

/// <summary>A stream that its owner closes; it can be sent again if it can be rewound.</summary>
internal sealed class StreamBody(Stream stream, string? contentType) : RequestBody(contentType)
{
    private readonly long _start = stream.CanSeek ? stream.Position : 0;

    public override bool CanReplay => stream.CanSeek;

    public override string Preview => "(a stream)";

    /// <exception cref="BearerRequestException">The stream is closed, or cannot be read.</exception>
    protected override HttpContent Create()
    {
        if (!stream.CanRead) throw Unreadable("it is closed, or only for writing.");
        if (stream.CanSeek) stream.Position = _start;
        return new TrackedStream(new KeptOpen(stream));
    }

    private sealed class TrackedStream(Stream stream) : StreamContent(stream), ITrackedContent
    {
        private volatile bool _hasBegun;

        public bool HasBegun => _hasBegun;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (cancellationToken.IsCancellationRequested) return Task.FromException(new UnsentContentException());
            _hasBegun = true;
            return base.SerializeToStreamAsync(stream, context, cancellationToken);
        }
    }

    private static BearerRequestException Unreadable(string why, Exception? cause = null) =>
        new($"The stream that was given as the body cannot be read: {why}", cause)
        {
            ErrorId = "BodyUnreadable",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give a stream that is open for reading, and keep it open until the command has finished.",
        };

    /// <summary>
    /// Keeps the stream open: disposing a request disposes its content, but the stream may be needed again. Faults of the stream are
    /// reported as such, so that they are not taken for connection faults.
    /// </summary>
    private sealed class KeptOpen(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => inner.CanSeek;
        public override bool CanWrite => false;
        public override long Length => inner.Length;
        public override long Position { get => inner.Position; set => inner.Position = value; }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) =>
#pragma warning disable RS0030 // Stream requires a synchronous method.
            ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Unreadable(ServerText.Clean(e.Message), e);
            }
        }

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
