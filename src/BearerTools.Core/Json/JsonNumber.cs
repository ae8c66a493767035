using System.Globalization;
using System.Numerics;

namespace BearerTools.Json;

/// <summary>Parses JSON numbers: integers to Int64 or BigInteger, others to Double or Decimal.</summary>
internal static class JsonNumber
{
    public static object Read(ReadOnlySpan<byte> text, JsonNumberKind kind)
    {
        if (text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0) return Fraction(text, kind);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small)) return small;
        if (text.SequenceEqual("NaN"u8)) return double.NaN;
        return BigInteger.Parse(JsonText.Decode(text, escaped: false), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static object Fraction(ReadOnlySpan<byte> text, JsonNumberKind kind)
    {
        if (kind == JsonNumberKind.Decimal && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
            return exact;
        return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
