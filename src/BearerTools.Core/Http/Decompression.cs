using System.IO.Compression;
using System.Net;

namespace BearerTools.Http;

/// <summary>
/// Compressed answers (RFC 9110 section 8.4). The handler of the runtime can do this too, at the price of a step more for
/// every answer, compressed or not.
/// </summary>
internal static class Decompression
{
    /// <summary>The codings that are asked for. Not deflate: servers do not agree on what that is.</summary>
    public const string Accepted = "gzip, br";

    /// <summary>Has the body of an answer read as it was before it was compressed. Codings that are not known stay.</summary>
    public static void Undo(HttpResponseMessage answer)
    {
        // Not parsed: nearly no answer of an API has it, and all of them are asked.
        if (!answer.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out _)) return;
        while (answer.Content.Headers.ContentEncoding.LastOrDefault() is { } coding && Decoder(coding) is { } decoder)
            answer.Content = new DecompressedContent(answer.Content, decoder);
    }

    private static Func<Stream, Stream>? Decoder(string coding) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => stream => new GZipStream(stream, CompressionMode.Decompress),
        "br" => stream => new BrotliStream(stream, CompressionMode.Decompress),
        "deflate" => stream => new ZLibStream(stream, CompressionMode.Decompress),
        _ => null,
    };

    /// <summary>The content without its outermost coding, whose length nobody knows.</summary>
    private sealed class DecompressedContent : HttpContent
    {
        private readonly HttpContent _compressed;
        private readonly Func<Stream, Stream> _decoder;

        public DecompressedContent(HttpContent compressed, Func<Stream, Stream> decoder)
        {
            (_compressed, _decoder) = (compressed, decoder);
            foreach (var (name, values) in compressed.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
            Headers.ContentLength = null;
            var codings = compressed.Headers.ContentEncoding.SkipLast(1).ToArray();
            Headers.ContentEncoding.Clear();
            foreach (var coding in codings) Headers.ContentEncoding.Add(coding);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var source = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false)) await source.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(default);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            _decoder(await _compressed.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _compressed.Dispose();
            base.Dispose(disposing);
        }
    }
}
