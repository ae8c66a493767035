using BearerTools.Http.Bodies;

namespace BearerTools.Mocking.Recordings;

/// <summary>Response content that is copied while it is read, so that streams arrive as they do without a recording.</summary>
/// <param name="inner">The content.</param>
/// <param name="longest">Longest body to copy, in bytes.</param>
/// <param name="onEnd">
/// Gets the body, or <see langword="null"/> if it was too long, and whether it is complete, when it has been read or given up.
/// </param>
internal sealed class RecordedContent(HttpContent inner, int longest, Action<byte[]?, bool> onEnd) : WrappedContent(inner)
{
    private bool _isOpened;

    protected override Stream Wrap(Stream body)
    {
        _isOpened = true;
        return new CopyingStream(body, longest, onEnd);
    }

    protected override void Dispose(bool disposing)
    {
        // Nobody wanted the body, as with most responses that are retried.
        if (disposing && !_isOpened) onEnd([], true);
        base.Dispose(disposing);
    }

    private sealed class CopyingStream(Stream body, int longest, Action<byte[]?, bool> onEnd) : ForwardStream
    {
        private readonly MemoryStream _copy = new();
        private bool _isOver;
        private bool _isTooLong;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (_copy.Length + read > longest)
            {
                _isTooLong = true;
                _copy.SetLength(0);
                _copy.Capacity = 0;
            }

            if (!_isTooLong) _copy.Write(buffer.Span[..read]);
            if (read == 0 && buffer.Length > 0) End(isWhole: true);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                End(isWhole: false);
                body.Dispose();
                _copy.Dispose();
            }

            base.Dispose(disposing);
        }

        private void End(bool isWhole)
        {
            if (_isOver) return;
            _isOver = true;
            onEnd(_isTooLong ? null : _copy.ToArray(), isWhole);
        }
    }
}
