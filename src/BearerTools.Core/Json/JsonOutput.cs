using System.Buffers;
using System.Text;

namespace BearerTools.Json;

/// <summary>
/// Writes JSON syntax as UTF-8, with the escapes of ConvertTo-Json: only the required ones, and the line separators of JavaScript.
/// </summary>
internal sealed class JsonOutput(IBufferWriter<byte> writer)
{
    /// <summary>Includes surrogates, because a lone surrogate has no UTF-8 encoding and must be escaped.</summary>
    private static readonly SearchValues<char> s_special = SearchValues.Create(Special());

    public void Raw(ReadOnlySpan<byte> syntax) => writer.Write(syntax);

    public void Raw(ReadOnlySpan<char> ascii) => Encoding.UTF8.GetBytes(ascii, writer);

    public void String(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        while (true)
        {
            var plain = text.IndexOfAny(s_special);
            if (plain < 0) break;
            Raw(text[..plain]);
            text = text[plain..];
            text = text[Special(text)..];
        }

        Raw(text);
        Raw("\""u8);
    }

    /// <returns>Number of characters written.</returns>
    private int Special(ReadOnlySpan<char> text)
    {
        if (text.Length > 1 && char.IsSurrogatePair(text[0], text[1]))
        {
            Raw(text[..2]);
            return 2;
        }

        switch (text[0])
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\b': Raw("\\b"u8); break;
            case '\f': Raw("\\f"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\r': Raw("\\r"u8); break;
            case '\t': Raw("\\t"u8); break;
            default: Raw($"\\u{(int)text[0]:x4}"); break;
        }

        return 1;
    }

    private static string Special()
    {
        var special = new StringBuilder("\"\\\u0085\u2028\u2029");
        for (var c = '\0'; c < ' '; c++) special.Append(c);
        for (var c = '\uD800'; c <= '\uDFFF'; c++) special.Append(c);
        return special.ToString();
    }
}
