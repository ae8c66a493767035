using System.Buffers;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Bodies;

namespace BearerTools.Http.Tracing;

/// <summary>Response content that keeps the beginning of what is read of it.</summary>
internal sealed class BodyCapture : WrappedContent
{
    private readonly ArrayBufferWriter<byte> _start = new();
    private readonly string? _type;
    private Action<TracedBody?>? _completed;
    private bool _isCut;

    /// <param name="inner">The content.</param>
    /// <param name="completed">Receives the body when it was read or given up; <see langword="null"/> if nothing was read.</param>
    public BodyCapture(HttpContent inner, Action<TracedBody?> completed) : base(inner)
    {
        _completed = completed;
        if (inner.Headers.NonValidated.TryGetValues("Content-Type", out var type)) _type = type.ToString();
    }

    /// <summary>Ends the capture.</summary>
    public void Complete()
    {
        var completed = _completed;
        _completed = null;
        completed?.Invoke(BodyText.Of(_start.WrittenSpan, _isCut, _type));
    }

    protected override Stream Wrap(Stream body) => new CapturedStream(body, this);

    private void Add(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, BodyText.LongestRead - _start.WrittenCount);
        _start.Write(bytes[..kept]);
        _isCut |= kept < bytes.Length;
    }

    private sealed class CapturedStream(Stream inner, BodyCapture capture) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            capture.Add(buffer.Span[..length]);
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
