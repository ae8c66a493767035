using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace BearerTools.Security;

/// <summary>
/// The forms in which a secret may appear in a text: as it is, encoded for an address, a form, JSON or HTML, one of these encoded once
/// more (such as by a log that encodes the form it received), and any of them in base64; and as hexadecimal bytes.
/// </summary>
internal static class SecretSpelling
{
    /// <summary>Characters that only base64 changes (RFC 3986 section 2.3); most tokens contain no others.</summary>
    private static readonly SearchValues<char> s_unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>
    /// All forms of at least the minimum length, the longest first, so that a form that is part of another does not split it.
    /// </summary>
    public static string[] All(string value, int minimumLength)
    {
        string[] once = value.AsSpan().ContainsAnyExcept(s_unreserved)
            ? [.. Encoded(value).Prepend(value).Distinct(StringComparer.Ordinal)]
            : [value];
        var twice = once.Length == 1 ? [] : once.SelectMany(Encoded);
        return [.. once.Concat(twice).Concat(once.SelectMany(Base64)).Concat(Hexadecimal(value, minimumLength))
            .Concat(OtherLetters(value))
            .Where(spelling => spelling.Length >= minimumLength)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(spelling => spelling.Length)];
    }

    private static IEnumerable<string> Encoded(string value)
    {
        var percent = Uri.EscapeDataString(value);
        yield return percent;
        yield return percent.Replace("%20", "+", StringComparison.Ordinal);
        yield return JavaScriptEncoder.Default.Encode(value);
        var json = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value);
        yield return json;
        yield return json.Replace("/", "\\/", StringComparison.Ordinal);
        yield return WebUtility.HtmlEncode(value);
        yield return HtmlEncoder.Default.Encode(value);
    }

    /// <summary>
    /// A value with letters beyond ASCII: its UTF-8 read as Latin-1, as bytes are searched, and JSON in which only these letters are
    /// escaped, as Python and PHP write it.
    /// </summary>
    private static IEnumerable<string> OtherLetters(string value)
    {
        if (Ascii.IsValid(value)) yield break;
        yield return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));
        var json = string.Concat(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value).Select(c =>
            char.IsAscii(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")));
        yield return json;
        yield return json.Replace("/", "\\/", StringComparison.Ordinal);
    }

    /// <summary>
    /// Bytes as hexadecimal digits, also separated as .NET does when it shows the size of a chunk that is no number.
    /// </summary>
    private static string[] Hexadecimal(string value, int minimumLength)
    {
        // The digits of a short value are not rare enough.
        if (value.Length < minimumLength) return [];
        var bytes = Encoding.UTF8.GetBytes(value);
        return [Convert.ToHexString(bytes), BitConverter.ToString(bytes)];
    }

    /// <summary>
    /// Base64 at each of the three alignments inside a longer encoded text (RFC 4648 section 4), in the standard and the URL alphabet:
    /// only the characters that depend on nothing but the value.
    /// </summary>
    private static IEnumerable<string> Base64(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var shift = 0; shift < 3; shift++)
        {
            var shifted = new byte[shift + bytes.Length];
            bytes.CopyTo(shifted, shift);
            var text = Convert.ToBase64String(shifted).TrimEnd('=');
            var start = shift == 0 ? 0 : shift + 1;
            var end = shifted.Length % 3 == 0 ? text.Length : text.Length - 1;
            if (end <= start) continue;
            var stable = text[start..end];
            yield return stable;
            yield return stable.Replace('+', '-').Replace('/', '_');
        }
    }
}
