using System.IO.Compression;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Compressed answers (RFC 9110 section 8.4). The handler of the runtime can do this too, at the price of a step more for
/// every answer, compressed or not.
/// </summary>
internal static class Decompression
{
    /// <summary>The codings that are asked for. Not deflate: servers do not agree on what that is.</summary>
    public const string Accepted = "gzip, br";

    /// <summary>Has the body of an answer read as it was before it was compressed. Codings that are not known stay.</summary>
    public static void Undo(HttpResponseMessage response)
    {
        // Not parsed: nearly no answer of an API has it, and all of them are asked.
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out _)) return;
        while (response.Content.Headers.ContentEncoding.LastOrDefault() is { } coding && Decoder(coding) is { } decoder)
            response.Content = new DecompressedContent(response.Content, decoder);
    }

    private static Func<Stream, Stream>? Decoder(string coding) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => stream => new DecompressedStream(stream, gzip => new GZipStream(gzip, CompressionMode.Decompress), mayGoOn: true),
        "br" => stream => new DecompressedStream(stream, brotli => new BrotliStream(brotli, CompressionMode.Decompress), mayGoOn: false),
        "deflate" => stream => new DecompressedStream(stream, zlib => new ZLibStream(zlib, CompressionMode.Decompress), mayGoOn: false),
        _ => null,
    };

    /// <summary>The content without its outermost coding, whose length nobody knows.</summary>
    private sealed class DecompressedContent : WrappedContent
    {
        private readonly Func<Stream, Stream> _decoder;

        public DecompressedContent(HttpContent compressed, Func<Stream, Stream> decoder) : base(compressed)
        {
            _decoder = decoder;
            Headers.ContentLength = null;
            var codings = compressed.Headers.ContentEncoding.SkipLast(1).ToArray();
            Headers.ContentEncoding.Clear();
            foreach (var coding in codings) Headers.ContentEncoding.Add(coding);
        }

        protected override Stream Wrap(Stream body) => _decoder(body);
    }
}
