using System.Globalization;
using System.Numerics;

namespace BearerTools.Json;

/// <summary>Writes values that are one JSON token, as ConvertTo-Json does.</summary>
internal sealed class JsonScalar(JsonOutput output)
{
    private const string DateForm = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";

    public bool TryWrite(object? value)
    {
        switch (value)
        {
            case null or DBNull: output.Raw("null"u8); break;
            case string text: output.String(text); break;
            case bool truth: output.Raw(truth ? "true"u8 : "false"u8); break;
            case Enum choice: Choice(choice); break;
            case double number: Real(number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case float number: Real(number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case decimal number: output.Raw(WithPoint(number.ToString(CultureInfo.InvariantCulture))); break;
            case int or long or short or sbyte or byte or uint or ulong or ushort or BigInteger or nint or nuint:
                output.Raw(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case DateTime time: output.String(time.ToString(DateForm + "K", CultureInfo.InvariantCulture)); break;
            case DateTimeOffset time: output.String(time.ToString(DateForm + "zzz", CultureInfo.InvariantCulture)); break;
            case Guid id: output.String(id.ToString("D")); break;
            case Uri uri: output.String(uri.OriginalString); break;
            case char character: output.String([character]); break;
            default: return false;
        }

        return true;
    }

    /// <summary>Writes an enum as a number, or as a name if a JavaScript reader could not represent the number.</summary>
    private void Choice(Enum choice)
    {
        if (Enum.GetUnderlyingType(choice.GetType()) is var type && (type == typeof(long) || type == typeof(ulong)))
            output.String(choice.ToString());
        else output.Raw(choice.ToString("D"));
    }

    private void Real(double number, string text)
    {
        // JSON has no such numbers; ConvertTo-Json writes their names.
        if (double.IsFinite(number)) output.Raw(WithPoint(text));
        else output.String(text);
    }

    /// <summary>Keeps 1.0 a number with a fraction, so that it is read back as one.</summary>
    private static string WithPoint(string text) => text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
}
