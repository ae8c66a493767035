using System.Globalization;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Reads values that a server or a file wrote. Each method returns the value, bounded so that arithmetic on it is safe, or
/// <see langword="null"/>; none ever throws.
/// </summary>
internal static class ServerValue
{
    /// <summary>Larger numbers cannot be meaningful counts.</summary>
    private const double LargestNumber = 1e15;

    /// <inheritdoc cref="ServerDelay.LongestWait"/>
    public static TimeSpan LongestWait => ServerDelay.LongestWait;

    /// <inheritdoc cref="ServerDelay.Seconds"/>
    public static TimeSpan Seconds(double seconds) => ServerDelay.Seconds(seconds);

    /// <inheritdoc cref="ServerDelay.DelaySeconds"/>
    public static TimeSpan? DelaySeconds(string text) => ServerDelay.DelaySeconds(text);

    /// <summary>A finite decimal number without an exponent.</summary>
    public static double? Number(string text)
    {
        const NumberStyles Decimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < LargestNumber
            ? number
            : null;
    }

    /// <inheritdoc cref="ServerDelay.HttpDate"/>
    public static DateTimeOffset? HttpDate(string text) => ServerDelay.HttpDate(text);

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
