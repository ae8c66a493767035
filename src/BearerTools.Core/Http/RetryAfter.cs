using System.Globalization;
using System.Net.Http.Headers;

namespace BearerTools.Http;

/// <summary>How long a server asks to be left alone (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    /// <summary>The delay, seconds or up to a moment, never negative; nothing when the answer does not say, or not so that it can be read.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="now">What time it is here, for servers that do not say what time it is there.</param>
    public static TimeSpan? Delay(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues("Retry-After", out var values)) return null;
        var text = values.ToString();
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
            return seconds < s_longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : s_longest;
        // By the server's own clock, where it says what that shows: another one may be wrong.
        if (headers.RetryAfter?.Date is not { } moment) return null;
        var wait = moment - (headers.Date ?? now);
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < s_longest ? wait : s_longest;
    }
}
