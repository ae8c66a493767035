using System.IO.Compression;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Decompresses responses (RFC 9110 section 8.4). The runtime's DecompressionHandler could do it too, but would add a step to every
/// response, compressed or not.
/// </summary>
internal static class Decompression
{
    /// <summary>The Accept-Encoding value. Without deflate, which servers implement differently.</summary>
    public const string Accepted = "gzip, br";

    /// <summary>Replaces the content with its decompressed form. Unknown codings are left as they are.</summary>
    public static void Apply(HttpResponseMessage response)
    {
        // Checked without parsing: every response passes here, and few have the header.
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out _)) return;
        while (response.Content.Headers.ContentEncoding.LastOrDefault() is { } coding && Decoder(coding) is { } decoder)
            response.Content = new DecompressedContent(response.Content, decoder);
    }

    private static Func<Stream, Stream>? Decoder(string coding) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" =>
            body => new DecompressedStream(body, data => new GZipStream(data, CompressionMode.Decompress), allowsMembers: true),
        "br" => body => new DecompressedStream(body, data => new BrotliStream(data, CompressionMode.Decompress), allowsMembers: false),
        "deflate" => body => new DecompressedStream(body, data => new DeflateDecoder(data), allowsMembers: false),
        _ => null,
    };

    /// <summary>The content without its outermost coding; its length is unknown.</summary>
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
