using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Removes encoded text that contains a secret in use when it is decoded: Base64 of UTF-8 or UTF-16, also with line breaks and twice,
/// bytes as hexadecimal digits with separators, and text with escapes of addresses, JSON or HTML, also twice. It costs more than
/// <see cref="LiveSecrets"/>, which knows the most common encodings: it is for texts that are kept, not for each request.
/// </summary>
internal static partial class EncodedSecrets
{
    private const int MaxDepth = 2;

    /// <summary>Returns the same instance if there is nothing to remove.</summary>
    public static string Redact(string text, string mark) =>
        // Whole tokens first: a part of one may be Base64 of another secret.
        Redact(CredentialForms.Redact(LiveSecrets.Redact(text), mark), mark, 1);

    private static string Redact(string text, string mark, int depth)
    {
        if (text.Length < LiveSecrets.MinimumLength) return text;
        text = Base64().Replace(text, match => Lines(match.Value, mark, depth));
        if (text.AsSpan().ContainsAny('%', '\\', '&')) text = Escaped().Replace(text, match => IsEscaped(match.Value) ? mark : match.Value);
        return text.AsSpan().ContainsAny(':', ' ')
            ? Bytes().Replace(text, match => Contains(Hex(match.Value, match.Value[2..3]), depth) ? mark : match.Value) : text;
    }

    /// <summary>True if a secret is in the text when its escapes are decoded.</summary>
    private static bool IsEscaped(string text)
    {
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            var decoded = WebUtility.HtmlDecode(JsonEscape().Replace(Uri.UnescapeDataString(text), match =>
                match.Groups["code"] is { Success: true } code
                    ? ((char)int.Parse(code.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString() : "/"));
            if (decoded == text) return false;
            if (!ReferenceEquals(LiveSecrets.Redact(decoded), decoded)) return true;
            text = decoded;
        }

        return false;
    }

    /// <summary>Base64 with line breaks, or lines of their own.</summary>
    private static string Lines(string text, string mark, int depth)
    {
        if (Contains(BytesOf(text), depth)) return mark;
        return !text.Contains('\n', StringComparison.Ordinal) ? text
            : string.Join('\n', text.Split('\n').Select(line => Contains(BytesOf(line), depth) ? mark : line));
    }

    private static bool Contains(byte[] bytes, int depth)
    {
        if (bytes.Length < LiveSecrets.MinimumLength) return false;
        return Contains(Encoding.UTF8.GetString(bytes), depth)
            || (bytes.AsSpan().Contains((byte)0)
                && (Contains(Encoding.Unicode.GetString(bytes), depth) || Contains(Encoding.BigEndianUnicode.GetString(bytes), depth)));
    }

    private static bool Contains(string text, int depth)
    {
        if (!ReferenceEquals(LiveSecrets.Redact(text), text)) return true;
        return depth < MaxDepth && !ReferenceEquals(Redact(text, LiveSecrets.Mark, depth + 1), text);
    }

    /// <summary>The bytes of Base64 in both alphabets, with white space, with or without its end.</summary>
    private static byte[] BytesOf(ReadOnlySpan<char> text)
    {
        var digits = new StringBuilder(text.Length + 2);
        foreach (var c in text)
        {
            if (c is not ('=' or '\r' or '\n')) digits.Append(c switch { '-' => '+', '_' => '/', _ => c });
        }

        if (digits.Length % 4 == 1) digits.Length--;
        digits.Append('=', (4 - (digits.Length % 4)) % 4);
        var bytes = new byte[digits.Length / 4 * 3];
        return Convert.TryFromBase64String(digits.ToString(), bytes, out var length) ? bytes[..length] : [];
    }

    private static byte[] Hex(string text, string separator) =>
        Convert.FromHexString(text.Replace(separator, string.Empty, StringComparison.Ordinal));

    [GeneratedRegex(@"(?>[A-Za-z0-9_+/-]{11,}(?:\r?\n[A-Za-z0-9_+/-]{2,})*={0,2})", RegexOptions.CultureInvariant)]
    private static partial Regex Base64();

    /// <summary>Characters of tokens and their escapes.</summary>
    [GeneratedRegex(
        @"(?>(?:[\w.~+/=:!*$@-]|%[0-9A-Fa-f]{2}|\\{1,2}u[0-9A-Fa-f]{4}|\\{1,2}/|&\#x?[0-9A-Fa-f]{1,6};){8,})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\\{1,2}(?:u(?<code>[0-9A-Fa-f]{4})|/)", RegexOptions.CultureInvariant)]
    private static partial Regex JsonEscape();

    [GeneratedRegex(
        "(?>[0-9A-Fa-f]{2}(?<separator>[: ])[0-9A-Fa-f]{2}(?:\\k<separator>[0-9A-Fa-f]{2}){6,})", RegexOptions.CultureInvariant)]
    private static partial Regex Bytes();
}
