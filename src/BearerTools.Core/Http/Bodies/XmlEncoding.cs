using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Http.Bodies;

/// <summary>Encodes XML that the caller gives as text by its own declaration, which readers rely on (RFC 7303 section 3).</summary>
internal static partial class XmlEncoding
{
    /// <returns>The bytes; <see langword="null"/> if the text declares no encoding, or its media type names one.</returns>
    /// <exception cref="BearerRequestException">The declaration names an encoding that is not supported.</exception>
    public static byte[]? Encode(string text, MediaType? type) =>
        Of(text, type) is { } encoding ? Charset.EncodeXml(encoding, text.TrimStart('\uFEFF')) : null;

    /// <summary>The encoding that the text declares; <see langword="null"/> if it declares none, or its media type names one.</summary>
    /// <exception cref="BearerRequestException">The declaration names an encoding that is not supported.</exception>
    public static Encoding? Of(string text, MediaType? type) =>
        type is { IsXml: true, NamesCharset: false } && Declaration().Match(text) is { Success: true } declaration
            ? Charset.Named(declaration.Groups["name"].Value, "The XML declaration")
            : null;

    [GeneratedRegex("""^\uFEFF?<\?xml\s[^>]*?\bencoding\s*=\s*["'](?<name>[^"'>]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
