using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>How long a server asks clients to wait (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <inheritdoc cref="ServerDelay.Delay(HttpResponseHeaders, DateTimeOffset)"/>
    public static TimeSpan? Delay(HttpResponseHeaders headers, DateTimeOffset now) => ServerDelay.Delay(headers, now);

    /// <inheritdoc cref="ServerDelay.Beyond"/>
    public static string? Beyond(TimeSpan delay, HttpResponseHeaders headers) => ServerDelay.Beyond(delay, headers);
}
