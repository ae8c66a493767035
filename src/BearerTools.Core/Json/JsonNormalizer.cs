using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace BearerTools.Json;

/// <summary>
/// Rewrites what ConvertFrom-Json also reads to JSON (RFC 8259), token by token: raw control characters in strings, single quotes, names
/// without quotes, NaN and infinities, undefined, hexadecimal and octal numbers, missing elements. Only used after the tokenizer has
/// refused a token, so that strict documents do not pay for it. What it does not know stays unchanged.
/// </summary>
internal sealed class JsonNormalizer
{
    /// <summary>Stands for NaN, which JSON cannot express. No serializer writes this number.</summary>
    public static ReadOnlySpan<byte> NaN => "-0e-00000000000000000000000"u8;

    private const int LongestWord = 10_000;

    private static readonly SearchValues<byte> s_endOfWord = SearchValues.Create(" \t\r\n,:[]{}\"'/"u8);

    private readonly JsonTail _input = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private int _scanned; // how far an incomplete string has been scanned
    private byte _last;   // the last token's first byte

    /// <summary>True if anything has been rewritten.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The number of bytes of an incomplete token.</summary>
    public int Pending => _input.Length;

    /// <summary>The rewritten bytes since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Output => _output.WrittenSpan;

    public void Clear() => _output.ResetWrittenCount();

    /// <param name="last">The first byte of the token before; 0 if there is none.</param>
    public void Reset(byte last)
    {
        _input.Clear();
        Clear();
        (_scanned, _last, HasChanged) = (0, last, false);
    }

    /// <summary>Rewrites all complete tokens.</summary>
    /// <param name="bytes">More of the document.</param>
    /// <param name="isFinal">True if the document ends here.</param>
    public void Feed(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        _input.Append(bytes);
        var text = _input.Bytes;
        var at = 0;
        while (at < text.Length && Next(text[at..], isFinal) is > 0 and var length) at += length;
        _input.Consume(at);
    }

    /// <returns>The length of the token; 0 if it is incomplete.</returns>
    private int Next(ReadOnlySpan<byte> text, bool isFinal)
    {
        var first = text[0];
        switch (first)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                _output.Write(text[..1]);
                return 1;
            case (byte)',' when _last is (byte)',' or (byte)'[':
                // A missing element is null.
                Rewrite("null,"u8);
                break;
            case (byte)',' or (byte)':' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}':
                _output.Write(text[..1]);
                break;
            case (byte)'"' or (byte)'\'':
                return String(text, isFinal);
            case (byte)'/':
                return Comment(text, isFinal);
            default:
                return Word(text, isFinal);
        }

        _last = first;
        return 1;
    }

    private int String(ReadOnlySpan<byte> text, bool isFinal)
    {
        var quote = text[0];
        var end = Math.Max(1, _scanned);
        while (true)
        {
            var found = text[end..].IndexOfAny(quote, (byte)'\\');
            if (found < 0 || (text[end + found] == '\\' && end + found + 1 >= text.Length))
            {
                _scanned = found < 0 ? text.Length : end + found;
                return Unfinished(text, isFinal);
            }

            end += found;
            if (text[end] == quote) break;
            end += 2;
        }

        _scanned = 0;
        var content = text[1..end];
        if (quote == '"' && content.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 && content.IndexOf("\\'"u8) < 0)
            _output.Write(text[..(end + 1)]);
        else Quote(content);
        _last = (byte)'"';
        return end + 1;
    }

    private void Quote(ReadOnlySpan<byte> content)
    {
        HasChanged = true;
        _output.Write("\""u8);
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            if (c == '\\' && i + 1 < content.Length)
            {
                if (content[++i] == '\'') _output.Write("'"u8);
                else _output.Write(content.Slice(i - 1, 2));
            }
            else if (c == '"') _output.Write("\\\""u8);
            else if (c < ' ') _output.Write(Encoding.ASCII.GetBytes($"\\u{(int)c:x4}"));
            else _output.Write(content.Slice(i, 1));
        }

        _output.Write("\""u8);
    }

    private int Comment(ReadOnlySpan<byte> text, bool isFinal)
    {
        if (text.Length < 2) return Unfinished(text, isFinal);
        var end = text[1] == '*' ? text[2..].IndexOf("*/"u8) + 4 : text[1] == '/' ? text.IndexOf((byte)'\n') : 1;
        if (end is <= 0 or 3) return Unfinished(text, isFinal);
        if (text[1] is (byte)'*' or (byte)'/') _output.Write(" "u8);
        else _output.Write(text[..end]);
        return end;
    }

    private int Word(ReadOnlySpan<byte> text, bool isFinal)
    {
        var length = text.IndexOfAny(s_endOfWord);
        if (length < 0) length = text.Length;
        var after = text[length..].IndexOfAnyExcept(" \t\r\n"u8);
        if (after < 0 && !isFinal && length <= LongestWord) return 0;
        var word = text[..length];
        if (_last is (byte)'{' or (byte)',' && after >= 0 && text[length + after] == ':' && IsName(word)) Quote(word);
        else if (Value(word) is { Length: > 0 } value) Rewrite(value);
        else _output.Write(word);
        _last = word[0];
        return length;
    }

    /// <summary>As in ConvertFrom-Json: letters, digits, underscores and dollars.</summary>
    private static bool IsName(ReadOnlySpan<byte> word) =>
        Encoding.UTF8.GetString(word).All(c => char.IsLetterOrDigit(c) || c is '_' or '$');

    /// <summary>The value as JSON; empty if it is JSON already, or not known.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("NaN"u8)) return NaN;
        if (word.SequenceEqual("Infinity"u8)) return "1e99999"u8;
        if (word.SequenceEqual("-Infinity"u8)) return "-1e99999"u8;
        if (word.SequenceEqual("undefined"u8)) return "null"u8;
        return word.Length <= LongestWord && word[0] is (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9') ? Number(word) : default;
    }

    private static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> word)
    {
        var text = Encoding.ASCII.GetString(word);
        var isNegative = text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        var sign = isNegative ? "-" : string.Empty;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return !isNegative && long.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? Bytes(hex)
                : default;
        }

        if (digits.Length > 1 && digits[0] == '0' && digits.All(c => c is >= '0' and <= '7') && digits.Length <= 21)
            return Bytes(digits.Aggregate(BigInteger.Zero, (sum, c) => (sum * 8) + (c - '0')) * (isNegative ? -1 : 1));
        if (digits.Length > 1 && digits[0] == '.' && char.IsAsciiDigit(digits[1])) return Encoding.ASCII.GetBytes($"{sign}0{digits}");
        if (digits.Length > 1 && digits[^1] == '.' && digits[..^1].All(char.IsAsciiDigit)) return Encoding.ASCII.GetBytes($"{text}0");
        return default;
    }

    private static byte[] Bytes(BigInteger number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private void Rewrite(ReadOnlySpan<byte> text)
    {
        HasChanged = true;
        _output.Write(text);
    }

    /// <summary>Waits for more, or leaves what has no end to the tokenizer, which refuses it.</summary>
    private int Unfinished(ReadOnlySpan<byte> text, bool isFinal)
    {
        if (!isFinal) return 0;
        _output.Write(text);
        return text.Length;
    }
}
