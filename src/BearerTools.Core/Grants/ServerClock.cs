using System.Net.Http.Headers;

namespace BearerTools.Grants;

/// <summary>Converts times of a server's clock to the local clock, which may be wrong.</summary>
internal static class ServerClock
{
    /// <summary>Date has whole seconds, and the response takes time: smaller differences say nothing.</summary>
    private static readonly TimeSpan s_smallest = TimeSpan.FromSeconds(2);

    /// <summary>A larger difference is more likely a wrong header: with such a local clock, TLS fails.</summary>
    private static readonly TimeSpan s_largest = TimeSpan.FromDays(1);

    /// <summary>True if the response says what time it is at the server.</summary>
    public static bool IsKnown(HttpResponseHeaders headers, DateTimeOffset sent) =>
        headers.Date is { } date && (date - sent).Duration() <= s_largest;

    /// <param name="time">A time by the server's clock, such as an expiry time.</param>
    /// <param name="sent">When the request was sent, by the local clock.</param>
    /// <param name="headers">The headers of the response, whose Date is the server's clock (RFC 9110 section 6.6.1).</param>
    /// <returns>The same time by the local clock.</returns>
    public static DateTimeOffset ToLocal(DateTimeOffset time, DateTimeOffset sent, HttpResponseHeaders headers)
    {
        if (!IsKnown(headers, sent)) return time;
        var ahead = headers.Date!.Value - sent;
        return ahead.Duration() < s_smallest || time > DateTimeOffset.MaxValue - s_largest || time < DateTimeOffset.MinValue + s_largest
            ? time
            : time - ahead;
    }
}
