using System.Net;

namespace BearerTools.Mocking;

/// <summary>The body of a response, which may break off.</summary>
internal sealed class MockContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly bool _breaks;

    /// <param name="body">The complete body.</param>
    /// <param name="breaksAfter">Number of bytes after which the connection breaks, or <see langword="null"/>.</param>
    public MockContent(ReadOnlyMemory<byte> body, int? breaksAfter)
    {
        _breaks = breaksAfter is not null;
        _body = breaksAfter is { } end && end < body.Length ? body[..end] : body;
        Headers.ContentLength = body.Length;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return !_breaks;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(Open());

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Open();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var body = Open();
        await body.CopyToAsync(stream).ConfigureAwait(false);
    }

    private BrokenStream Open() => new(_body.ToArray(), _breaks);

    private sealed class BrokenStream(byte[] body, bool breaks) : MemoryStream(body, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => Checked(base.Read(buffer, offset, count), count);

        public override int Read(Span<byte> buffer) => Checked(base.Read(buffer), buffer.Length);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Checked(await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            await ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

        private int Checked(int read, int requested) => read == 0 && requested > 0 && breaks
            ? throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.")
            : read;
    }
}
