using System.Globalization;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>Writes text in an encoding without losing a character.</summary>
internal static class Charset
{
    /// <param name="name">The name.</param>
    /// <param name="owner">What names it, for the error.</param>
    /// <exception cref="BearerRequestException">There is no such encoding.</exception>
    public static Encoding Named(string name, string owner) => CharsetName.Find(name) ?? throw new BearerRequestException(
        $"{owner} names the encoding '{ServerText.Clean(name, 60)}', which is not supported.")
    {
        ErrorId = "InvalidEncoding",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use utf-8, or pass the body as bytes.",
    };

    /// <summary>Encodes text that has no notation for a character that the encoding lacks.</summary>
    /// <exception cref="BearerRequestException">The encoding lacks a character of the text.</exception>
    public static byte[] Encode(Encoding encoding, string text)
    {
        try
        {
            // A lone surrogate has no encoding at all, and is replaced as it always was.
            return encoding is UTF8Encoding or UnicodeEncoding or UTF32Encoding
                ? encoding.GetBytes(text)
                : WithFallback(encoding, EncoderFallback.ExceptionFallback).GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            var character = e.CharUnknownHigh == '\0' ? e.CharUnknown : char.ConvertToUtf32(e.CharUnknownHigh, e.CharUnknownLow);
            throw new BearerRequestException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The body has a character that its charset {encoding.WebName} lacks: U+{character:X4} at position {e.Index}."),
                e)
            {
                ErrorId = "BodyNotEncodable",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use charset=utf-8 in the content type, or pass the body as bytes.",
            };
        }
    }

    /// <summary>Encodes JSON; a character that the encoding lacks is escaped, which means the same.</summary>
    public static byte[] EncodeJson(Encoding encoding, string json) =>
        WithFallback(encoding, new EscapeFallback(JsonEscape)).GetBytes(json);

    private static string JsonEscape(Rune character) => string.Concat(character.ToString().Select(unit => $"\\u{(int)unit:x4}"));

    /// <summary>Encodes XML; a character that the encoding lacks becomes a reference, which means the same.</summary>
    public static byte[] EncodeXml(Encoding encoding, string xml)
    {
        var bytes = WithFallback(encoding, new EscapeFallback(static character => $"&#x{character.Value:X};")).GetBytes(xml);
        // XML in UTF-16 begins with a byte order mark (XML 1.0 section 4.3.3).
        return encoding is UnicodeEncoding or UTF32Encoding ? [.. encoding.Preamble, .. bytes] : bytes;
    }

    private static Encoding WithFallback(Encoding encoding, EncoderFallback fallback) =>
        Encoding.GetEncoding(encoding.CodePage, fallback, DecoderFallback.ReplacementFallback);

    /// <summary>Replaces a character with its notation in the format of the text.</summary>
    private sealed class EscapeFallback(Func<Rune, string> notation) : EncoderFallback
    {
        public override int MaxCharCount => 12;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer(notation);

        private sealed class Buffer(Func<Rune, string> notation) : EncoderFallbackBuffer
        {
            private string _text = string.Empty;
            private int _next;

            public override int Remaining => _text.Length - _next;

            public override bool Fallback(char charUnknown, int index) =>
                Begin(Rune.TryCreate(charUnknown, out var rune) ? rune : Rune.ReplacementChar);

            public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) =>
                Begin(new Rune(charUnknownHigh, charUnknownLow));

            public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

            public override bool MovePrevious()
            {
                if (_next == 0) return false;
                _next--;
                return true;
            }

            private bool Begin(Rune character)
            {
                (_text, _next) = (notation(character), 0);
                return true;
            }
        }
    }
}
