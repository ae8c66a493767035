namespace BearerTools.Http.Bodies;

/// <summary>
/// Decompresses a body and detects truncation: the runtime's decoders take the end of their input for the end of the data, even in
/// the middle of it, so a truncated body without a Content-Length would pass for complete.
/// </summary>
internal sealed class DecompressedStream : ForwardStream
{
    private readonly Source _source;
    private readonly Stream _decoder;

    /// <param name="compressed">The compressed data.</param>
    /// <param name="newDecoder">Creates the decoding stream.</param>
    /// <param name="allowsMembers">True if another member may follow the end of the data, as with gzip (RFC 1952 section 2.2).</param>
    public DecompressedStream(Stream compressed, Func<Stream, Stream> newDecoder, bool allowsMembers)
    {
        _source = new Source(compressed, allowsMembers);
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
            throw Truncated();
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // The Brotli decoder reports invalid data with this type.
            throw new InvalidDataException(e.Message, e);
        }

        // Decoders read more only after everything before it is decoded: this output was made from the probe.
        return length > 0 && _source.IsProbed ? throw Truncated() : length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }

    private static IOException Truncated() => new("The compressed response is truncated.");

    /// <summary>
    /// Throws at the end of the input: a decoder that has all data does not read on. The gzip decoder does, for another member; it gets
    /// one byte that no member starts with, and reads again only if data is missing.
    /// </summary>
    private sealed class Source(Stream inner, bool allowsMembers) : ForwardStream
    {
        private bool _hasBegun;

        public bool IsProbed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _hasBegun |= length > 0;
            // A response without a body, such as one to HEAD, may have a Content-Encoding too.
            if (length > 0 || buffer.IsEmpty || !_hasBegun) return length;
            if (!allowsMembers || IsProbed) throw Truncated();
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
