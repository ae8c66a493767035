using System.Globalization;
using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>How long a server asks clients to wait (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    private const int LongestNumber = 20;

    private static readonly string s_longest = ServerValue.LongestWait.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    /// <param name="headers">The headers of the response.</param>
    /// <param name="now">The local time, for servers that send no Date.</param>
    /// <returns>
    /// A delay from 0 to <see cref="ServerValue.LongestWait"/>; <see langword="null"/> if the header is missing or holds neither
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
        if (delay < ServerValue.LongestWait || !headers.NonValidated.TryGetValues("Retry-After", out var values)) return null;
        var longest = values.Select(value => value.Trim()).FirstOrDefault(value => ServerValue.DelaySeconds(value) == delay);
        if (longest is null)
            return values.Max(value => ServerValue.HttpDate(value.Trim())) is { } date ? $"until {TimeText.Of(date)}" : null;
        var seconds = longest.TrimStart('0');
        return seconds == s_longest ? null : $"{ServerText.Clean(seconds, LongestNumber)} s";
    }

    /// <summary>A date is compared with the server's clock if the server sends it: either clock may be wrong.</summary>
    private static TimeSpan? Delay(string text, HttpResponseHeaders headers, DateTimeOffset now) =>
        ServerValue.DelaySeconds(text)
            ?? (ServerValue.HttpDate(text) is { } date ? ServerValue.Seconds((date - (headers.Date ?? now)).TotalSeconds) : null);
}
