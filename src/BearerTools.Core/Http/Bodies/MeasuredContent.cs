using System.Net;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Response content whose length must be that of its Content-Length header. From HTTP/2 on, a stream may end anywhere, and the runtime
/// does not compare (RFC 9113 section 8.1.1, RFC 9114 section 4.1.2); over HTTP/1.1, it does.
/// </summary>
internal sealed class MeasuredContent : WrappedContent
{
    private readonly long _length;

    private MeasuredContent(HttpContent inner, long length) : base(inner) => _length = length;

    /// <summary>Replaces the content if its length is to be verified. Must come before decompression.</summary>
    /// <param name="response">The response.</param>
    /// <param name="method">The method of the request; the length in a response to HEAD is that of a body that is not sent.</param>
    public static void Apply(HttpResponseMessage response, HttpMethod method)
    {
        if (response.Version.Major < 2 || method == HttpMethod.Head
            || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
            || response.Content.Headers.ContentLength is not { } length)
            return;
        response.Content = new MeasuredContent(response.Content, length);
    }

    protected override Stream Wrap(Stream body) => new MeasuredStream(body, _length);

    private sealed class MeasuredStream(Stream inner, long length) : ForwardStream
    {
        private long _received;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _received += read;
            if (_received > length)
            {
                throw new HttpIOException(
                    HttpRequestError.InvalidResponse, $"its body is longer than the {length} bytes that its Content-Length header says.");
            }

            // The same kind of error as the runtime's over HTTP/1.1, so that it is retried and resumed in the same way.
            return read > 0 || buffer.IsEmpty || _received == length ? read
                : throw new HttpIOException(HttpRequestError.ResponseEnded, $"{_received} of {length} bytes arrived.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
