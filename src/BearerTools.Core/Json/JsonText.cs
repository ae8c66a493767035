using System.Buffers;
using System.Globalization;
using System.Text;

namespace BearerTools.Json;

/// <summary>
/// Decodes JSON strings (RFC 8259 section 7). Unlike the framework it keeps lone surrogates, and replaces invalid UTF-8 instead of
/// rejecting it, as decoding the whole body would.
/// </summary>
internal static class JsonText
{
    private const int StackLimit = 256;

    public static string Decode(ReadOnlySpan<byte> text, bool escaped)
    {
        if (!escaped) return Encoding.UTF8.GetString(text);
        if (text.Length <= StackLimit) return new string(Unescape(text, stackalloc char[StackLimit]));

        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return new string(Unescape(text, rented));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>As many characters as bytes suffice: no escape or UTF-8 sequence is shorter than the characters that it becomes.</summary>
    private static ReadOnlySpan<char> Unescape(ReadOnlySpan<byte> text, Span<char> characters)
    {
        var length = 0;
        while (true)
        {
            var plain = text.IndexOf((byte)'\\');
            length += Encoding.UTF8.GetChars(plain < 0 ? text : text[..plain], characters[length..]);
            if (plain < 0) return characters[..length];

            text = text[(plain + 1)..];
            characters[length++] = Character(text);
            text = text[(text[0] == (byte)'u' ? 5 : 1)..];
        }
    }

    private static char Character(ReadOnlySpan<byte> escape) => escape[0] switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        (byte)'u' => (char)ushort.Parse(escape[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        var same => (char)same,
    };
}
