using System.Globalization;

namespace BearerTools.Http;

/// <summary>
/// Reads values that a server or a file wrote. Each method returns the value, bounded so that arithmetic on it is safe, or
/// <see langword="null"/>; none ever throws.
/// </summary>
internal static class ServerValue
{
    /// <summary>Larger numbers cannot be meaningful counts.</summary>
    private const double LargestNumber = 1e15;

    /// <summary>A finite decimal number without an exponent.</summary>
    public static double? Number(string text)
    {
        const NumberStyles Decimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < LargestNumber
            ? number
            : null;
    }

    /// <summary>A point in time in any common format.</summary>
    public static DateTimeOffset? Date(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>An entity tag (RFC 9110 section 8.8.3) that can be sent back: with its quotes, and of ASCII only.</summary>
    public static string? EntityTag(string text)
    {
        var opaque = text.AsSpan();
        if (opaque.StartsWith("W/", StringComparison.Ordinal)) opaque = opaque[2..];
        return opaque is ['"', .. var tag, '"'] && !tag.ContainsAnyExceptInRange('!', '~') && !tag.Contains('"') ? text : null;
    }
}
