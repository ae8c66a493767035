using System.IO.Compression;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Decodes the coding "deflate", which is zlib data (RFC 1950) by its definition (RFC 9110 section 8.4.1.2), but bare deflate data
/// (RFC 1951) from some servers. The first two bytes tell: a zlib header names its method and has a check value.
/// </summary>
internal sealed class DeflateDecoder(Stream compressed) : ForwardStream
{
    private readonly byte[] _start = new byte[2];
    private int _length;
    private Stream? _decoder;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_decoder is null)
        {
            var read = await compressed.ReadAsync(_start.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            // The body is empty: the source throws if it ends later.
            if (read == 0) return 0;
            _length += read;
            if (_length < _start.Length) continue;
            var whole = new PrefixedStream(_start, compressed);
            _decoder = IsZlib(_start)
                ? new ZLibStream(whole, CompressionMode.Decompress)
                : new DeflateStream(whole, CompressionMode.Decompress);
        }

        return await _decoder.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder?.Dispose();
            compressed.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>RFC 1950 section 2.2: method 8, and a multiple of 31.</summary>
    private static bool IsZlib(byte[] start) => (start[0] & 0x0f) == 8 && ((start[0] << 8) | start[1]) % 31 == 0;
}
