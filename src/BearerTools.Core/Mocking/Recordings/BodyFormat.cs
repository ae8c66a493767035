using System.Net.Http.Headers;
using System.Text;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>What the Content-Type of a body says about its bytes: the encoding of text, and the boundary of its parts.</summary>
internal sealed class BodyFormat
{
    /// <summary>Takes the place of each boundary. A boundary is random, so each new recording would differ.</summary>
    public const string Boundary = "recorded-boundary";

    private const int SizeOfUnit = 2;

    private readonly Encoding? _encoding;
    private readonly string? _boundary;

    private BodyFormat(Encoding? encoding, string? boundary) => (_encoding, _boundary) = (encoding, boundary);

    /// <summary>Nothing is known.</summary>
    public static BodyFormat Unknown { get; } = new(null, null);

    /// <param name="contentType">The value of Content-Type, or <see langword="null"/>.</param>
    public static BodyFormat Of(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return Unknown;
        var boundary = type.MediaType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true
            ? type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))
                ?.Value?.Trim('"')
            : null;
        var encoding = CharsetName.Find(type.CharSet);
        return new(encoding is UTF8Encoding ? null : encoding, string.IsNullOrEmpty(boundary) ? null : boundary);
    }

    public static BodyFormat Of(IEnumerable<KeyValuePair<string, string>> headers) =>
        Of(headers.FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value);

    /// <summary>A header, with the boundary that the recorded body has.</summary>
    public KeyValuePair<string, string> Fixed(KeyValuePair<string, string> header) =>
        _boundary is not null && header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            ? new(header.Key, header.Value.Replace(_boundary, Boundary, StringComparison.Ordinal)) : header;

    /// <summary>A body with the boundary that is recorded.</summary>
    public byte[] Fixed(byte[] content) => _boundary is null || _boundary == Boundary ? content : Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(content).Replace("--" + _boundary, "--" + Boundary, StringComparison.Ordinal));

    /// <summary>The text of a body that is not UTF-8; <see langword="null"/> if it is, or if it is no text.</summary>
    public string? Decode(byte[] content)
    {
        var encoding = content switch
        {
            [0xff, 0xfe, ..] => _encoding is UTF32Encoding ? _encoding : Encoding.Unicode,
            [0xfe, 0xff, ..] => Encoding.BigEndianUnicode,
            // Text in UTF-16 without a mark begins with two characters of ASCII (RFC 4627 section 3).
            [> 0, 0, > 0, 0, ..] => _encoding ?? Encoding.Unicode,
            [0, > 0, 0, > 0, ..] => Encoding.BigEndianUnicode,
            _ => _encoding,
        };
        // A body in UTF-16 that broke off may end with half a unit.
        if (encoding is null || (_encoding is null && content.Length % SizeOfUnit != 0)) return null;
        var length = encoding is UnicodeEncoding ? content.Length / SizeOfUnit * SizeOfUnit : content.Length;
        var span = content.AsSpan(0, length);
        if (encoding.Preamble.Length > 0 && span.StartsWith(encoding.Preamble)) span = span[encoding.Preamble.Length..];
        var text = encoding.GetString(span);
        // Bytes that are no such text would be lost.
        var isText = text.Length > 0 && encoding.GetBytes(text).AsSpan().SequenceEqual(span)
            && (_encoding is not null || !text.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)));
        return isText ? text : null;
    }

    /// <summary>The bytes of a recorded body, in the encoding that the header names.</summary>
    public byte[] Encode(RecordedBody? body)
    {
        if (body is null) return [];
        if (_encoding is null || body.Bytes is not null) return body.Content;
        var text = Encoding.UTF8.GetString(body.Content);
        var bytes = body.Json is null ? _encoding.GetBytes(text) : Charset.EncodeJson(_encoding, text);
        return _encoding is UnicodeEncoding or UTF32Encoding ? [.. _encoding.Preamble, .. bytes] : bytes;
    }
}
