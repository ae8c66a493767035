using System.Net;

namespace BearerTools.Http.Pacing;

/// <summary>Classifies responses that ask clients to wait (RFC 6585 section 4).</summary>
internal static class ServerWait
{
    /// <summary>
    /// True if a response reports throttling: 429; or, as GitHub sends it, 403 with Retry-After or an exhausted quota.
    /// </summary>
    public static bool IsThrottled(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.TooManyRequests
        || (response.StatusCode == HttpStatusCode.Forbidden && (HasRetryAfter(response) || IsQuotaExhausted(response)));

    /// <summary>True if a response's <c>Retry-After</c> applies to all requests: throttled, or service unavailable.</summary>
    public static bool IsForAll(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.ServiceUnavailable || IsThrottled(response);

    private static bool HasRetryAfter(HttpResponseMessage response) => response.Headers.NonValidated.Contains("Retry-After");

    private static bool IsQuotaExhausted(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("X-RateLimit-Remaining", out var values) && values.ToString().Trim() == "0";
}
