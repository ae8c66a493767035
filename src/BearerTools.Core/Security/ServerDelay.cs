using System.Globalization;
using System.Net.Http.Headers;

namespace BearerTools.Security;

/// <summary>
/// How long a server asks clients to wait (RFC 9110 section 10.2.3), bounded so that arithmetic on it is safe. Requests and logins read it
/// alike.
/// </summary>
internal static class ServerDelay
{
    private const int LongestNumber = 20;

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

    /// <summary>An HTTP-date (RFC 9110 section 5.6.7).</summary>
    public static DateTimeOffset? HttpDate(string text) =>
        DateTimeOffset.TryParseExact(
            text, s_dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
            ? date
            : null;

    /// <param name="headers">The headers of the response.</param>
    /// <param name="now">The local time, for servers that send no Date.</param>
    /// <returns>
    /// A delay from 0 to <see cref="LongestWait"/>; <see langword="null"/> if the header is missing or holds neither
    /// digits nor an HTTP-date.
    /// </returns>
    public static TimeSpan? Delay(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues("Retry-After", out var values)) return null;
        TimeSpan? longest = null;
        foreach (var value in values)
        {
            if (Delay(value.Trim(), headers, now) is { } delay && !(delay <= longest)) longest = delay;
        }

        return longest;
    }

    /// <summary>
    /// What the server asks for in words, if it is more than it gets: <see langword="null"/> if the delay is what it asks for.
    /// </summary>
    /// <param name="delay">What <see cref="Delay(HttpResponseHeaders, DateTimeOffset)"/> returned.</param>
    /// <param name="headers">The headers of the response.</param>
    public static string? Beyond(TimeSpan delay, HttpResponseHeaders headers)
    {
        if (delay < LongestWait || !headers.NonValidated.TryGetValues("Retry-After", out var values)) return null;
        var longest = values.Select(value => value.Trim()).FirstOrDefault(value => DelaySeconds(value) == delay);
        if (longest is null)
            return values.Max(value => HttpDate(value.Trim())) is { } date ? $"until {TimeText.Of(date)}" : null;
        var seconds = longest.TrimStart('0');
        return seconds == LongestWait.TotalSeconds.ToString(CultureInfo.InvariantCulture)
            ? null
            : $"{ServerText.Clean(seconds, LongestNumber)} s";
    }

    /// <summary>A date is compared with the server's clock if the server sends it: either clock may be wrong.</summary>
    private static TimeSpan? Delay(string text, HttpResponseHeaders headers, DateTimeOffset now) =>
        DelaySeconds(text)
            ?? (HttpDate(text) is { } date ? Seconds((date - (headers.Date ?? now)).TotalSeconds) : null);
}
