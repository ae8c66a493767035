using System.Net.Http.Headers;

namespace BearerTools.Http;

/// <summary>How long a server asks clients to wait (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
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

    /// <summary>A date is compared with the server's clock if the server sends it: either clock may be wrong.</summary>
    private static TimeSpan? Delay(string text, HttpResponseHeaders headers, DateTimeOffset now) =>
        ServerValue.DelaySeconds(text)
            ?? (ServerValue.HttpDate(text) is { } date ? ServerValue.Seconds((date - (headers.Date ?? now)).TotalSeconds) : null);
}
