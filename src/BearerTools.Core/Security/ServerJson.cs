using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace BearerTools.Security;

/// <summary>
/// Parses JSON from servers and files. <see cref="JsonDocument"/> accepts bytes that are not UTF-8 and escapes of half a
/// surrogate pair, and then throws <see cref="InvalidOperationException"/> when such a string or name is read. Here both are
/// replaced with U+FFFD before parsing, so that every member of the result can be read.
/// </summary>
internal static class ServerJson
{
    private const int EscapeLength = 6;

    /// <exception cref="JsonException">The content is not JSON, or is nested deeper than 64 levels.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        var valid = Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));
        using var document = JsonDocument.Parse(WithoutLoneSurrogates(valid));
        return document.RootElement.Clone();
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static JsonElement Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the JSON, or <see langword="null"/> if the content is not JSON.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TryParse(ReadOnlyMemory{byte})"/>
    public static JsonElement? TryParse(string text) => TryParse(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Replaces the escapes without changing the length, so that positions in error messages stay correct. Copies only if needed.
    /// </summary>
    private static ReadOnlyMemory<byte> WithoutLoneSurrogates(ReadOnlyMemory<byte> json)
    {
        byte[]? copy = null;
        var span = json.Span;
        for (var at = 0; at < span.Length;)
        {
            var next = span[at..].IndexOf((byte)'\\');
            if (next < 0) break;
            at += next;
            if (UnitAt(span[at..]) is not { } unit)
            {
                at += 2;
                continue;
            }

            if (char.IsHighSurrogate(unit) && UnitAt(span[(at + EscapeLength)..]) is { } low && char.IsLowSurrogate(low))
            {
                at += 2 * EscapeLength;
                continue;
            }

            if (char.IsSurrogate(unit)) "\\uFFFD"u8.CopyTo((copy ??= json.ToArray()).AsSpan(at));
            at += EscapeLength;
        }

        return copy ?? json;
    }

    /// <summary>Returns the UTF-16 code unit of an escape at the start; <see langword="null"/> if there is none.</summary>
    private static char? UnitAt(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u'
        && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
