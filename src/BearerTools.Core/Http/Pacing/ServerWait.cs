using System.Net;

namespace BearerTools.Http.Pacing;

/// <summary>Whom an answer asks to wait (RFC 6585 section 4).</summary>
internal static class ServerWait
{
    /// <summary>
    /// Whether an answer means: too many. That is 429; and 403 with a time to come back or nothing left of a quota, which is
    /// how GitHub says it.
    /// </summary>
    public static bool IsThrottled(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.TooManyRequests || (response.StatusCode == HttpStatusCode.Forbidden && (HasRetryAfter(response) || HasNothingLeft(response)));

    /// <summary>Whether an answer's <c>Retry-After</c> is meant for everyone: too many, or out of service.</summary>
    public static bool IsForAll(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.ServiceUnavailable || IsThrottled(response);

    private static bool HasRetryAfter(HttpResponseMessage response) => response.Headers.NonValidated.Contains("Retry-After");

    private static bool HasNothingLeft(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("X-RateLimit-Remaining", out var values) && values.ToString().Trim() == "0";
}
