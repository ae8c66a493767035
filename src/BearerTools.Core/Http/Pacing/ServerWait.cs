using System.Net;

namespace BearerTools.Http.Pacing;

/// <summary>Whom an answer asks to wait (RFC 6585 section 4).</summary>
internal static class ServerWait
{
    /// <summary>
    /// Whether an answer means: too many. That is 429; and 403 with a time to come back or nothing left of a quota, which is
    /// how GitHub says it.
    /// </summary>
    public static bool IsThrottled(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.TooManyRequests || (answer.StatusCode == HttpStatusCode.Forbidden && (HasRetryAfter(answer) || HasNothingLeft(answer)));

    /// <summary>Whether an answer's <c>Retry-After</c> is meant for everyone: too many, or out of service.</summary>
    public static bool IsForAll(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.ServiceUnavailable || IsThrottled(answer);

    private static bool HasRetryAfter(HttpResponseMessage answer) => answer.Headers.NonValidated.Contains("Retry-After");

    private static bool HasNothingLeft(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("X-RateLimit-Remaining", out var values) && values.ToString().Trim() == "0";
}
