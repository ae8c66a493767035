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

    /// <summary>The three formats of RFC 9110 section 5.6.7.</summary>
    private static readonly string[] s_dates =
        ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>The longest time that a server can make anything wait.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromDays(1);

    /// <summary>A time from 0 to <see cref="LongestWait"/>, whatever the number is.</summary>
    public static TimeSpan Seconds(double seconds) =>
        !(seconds > 0) ? TimeSpan.Zero : seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;

    /// <summary>
    /// The delay-seconds of RFC 9110 section 10.2.3, which are ASCII digits. Some servers send a fraction, too: it is rounded up to the
    /// next millisecond.
    /// </summary>
    public static TimeSpan? DelaySeconds(string text)
    {
        var digits = text.AsSpan();
        if (digits.IndexOf('.') is > 0 and var point && point < digits.Length - 1)
        {
            if (digits[(point + 1)..].ContainsAnyExceptInRange('0', '9')) return null;
            digits = digits[..point];
        }

        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9')) return null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? Seconds((double)(seconds < (decimal)LongestWait.TotalSeconds ? Math.Ceiling(seconds * 1000) / 1000 : seconds))
            : LongestWait;
    }

    /// <summary>A finite decimal number without an exponent.</summary>
    public static double? Number(string text)
    {
        const NumberStyles Decimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < LargestNumber
            ? number
            : null;
    }

    /// <summary>An HTTP-date (RFC 9110 section 5.6.7).</summary>
    public static DateTimeOffset? HttpDate(string text) =>
        DateTimeOffset.TryParseExact(
            text, s_dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
            ? date
            : null;

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
