namespace BearerTools.Http.Bodies;

/// <summary>
/// What was compressed, all of it: the decoders of the runtime take the end of what they read for the end of what was
/// written, even in the middle of it, and where no length is said a body that was cut off would pass for whole.
/// </summary>
internal sealed class DecompressedStream : ForwardStream
{
    private readonly Source _source;
    private readonly Stream _decoder;

    /// <param name="compressed">What came.</param>
    /// <param name="newDecoder">Makes the stream that decodes it.</param>
    /// <param name="mayGoOn">Whether, as with gzip (RFC 1952 section 2.2), another one may follow its end.</param>
    public DecompressedStream(Stream compressed, Func<Stream, Stream> newDecoder, bool mayGoOn)
    {
        _source = new Source(compressed, mayGoOn);
        _decoder = newDecoder(_source);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int length;
        try
        {
            length = await _decoder.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException) when (_source.IsProbed)
        {
            throw Cut();
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // What the decoder of Brotli says of data that are none.
            throw new InvalidDataException(e.Message, e);
        }

        // Decoders read on only when all that came is decoded: this was made of the probe.
        return length > 0 && _source.IsProbed ? throw Cut() : length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }

    private static IOException Cut() => new("The compressed answer ends in the middle.");

    /// <summary>
    /// Where others end, this one throws: a decoder that has all does not ask for more. That of gzip does, for what might
    /// follow; it gets one byte that nothing begins with, and asks again only if it still lacks something.
    /// </summary>
    private sealed class Source(Stream inner, bool mayGoOn) : ForwardStream
    {
        private bool _hasBegun;

        public bool IsProbed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _hasBegun |= length > 0;
            // An answer without a body, such as one to HEAD, has a coding too.
            if (length > 0 || buffer.IsEmpty || !_hasBegun) return length;
            if (!mayGoOn || IsProbed) throw Cut();
            IsProbed = true;
            buffer.Span[0] = 0;
            return 1;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
