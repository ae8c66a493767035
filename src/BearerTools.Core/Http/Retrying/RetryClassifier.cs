using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Http.Retrying;

/// <summary>
/// Decides what may be retried (RFC 9110 section 9.2.2): idempotent requests, and others only if the server certainly did not
/// process them.
/// </summary>
internal static class RetryClassifier
{
    /// <summary>Servers process requests with the same key only once (draft-ietf-httpapi-idempotency-key-header).</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>RFC 9113 section 7: the server requires HTTP/1.1, and will again on a retry.</summary>
    private const long Http11Required = 0xd;

    /// <summary>Conditions of requests whose response may be 304 (RFC 9110 section 15.4.5).</summary>
    private static readonly HashSet<string> s_conditions = new(StringComparer.OrdinalIgnoreCase) { "If-None-Match", "If-Modified-Since" };

    /// <summary>True if a retry after this response may help and is safe.</summary>
    /// <param name="response">A response without success.</param>
    /// <param name="everyFailure">True if the caller asks for a retry after every failure status, as in Invoke-RestMethod.</param>
    public static bool After(ApiResponse response, bool everyFailure = false) =>
        (TransientStatus.Includes(response.Status)
            ? IsSafeToRepeat(response.Template)
            : Pacing.ServerWait.IsThrottled(response.Message) || (everyFailure && AfterFailure(response)))
        && CanBeSentAgain(response.Template);

    /// <summary>
    /// A request that the server refuses (4xx), or that is not modified, was not processed, so that a POST can be repeated too. An identity
    /// that is rejected stays rejected, and repeating it can lock an account.
    /// </summary>
    private static bool AfterFailure(ApiResponse response) => response.Status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired => false,
        // The request asked for it.
        HttpStatusCode.NotModified => !response.Template.Headers.Any(header => s_conditions.Contains(header.Key)),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => true,
        >= HttpStatusCode.InternalServerError and < TransientStatus.Unknown => IsSafeToRepeat(response.Template),
        _ => false,
    };

    /// <summary>True if a retry after this failure of a connection may help and is safe.</summary>
    public static bool After(BearerRequestException failure, RequestTemplate template)
    {
        if (failure.InnerException is not { } cause || failure.Kind is not (BearerErrorKind.Connection or BearerErrorKind.Timeout))
            return false;
        // A certificate that is rejected now will be rejected on a retry.
        if (cause.GetBaseException() is CertificateException || IsForbidden(cause) || !CanBeSentAgain(template)) return false;
        return NeverArrived(failure, cause) || (IsTransient(cause) && IsSafeToRepeat(template));
    }

    /// <summary>The reason, as a clause, why a request is not repeated; <see langword="null"/> if it may be.</summary>
    public static string? ReasonNotToRepeat(RequestTemplate template) =>
        !CanBeSentAgain(template) ? "the body of its request cannot be read again"
            : !IsSafeToRepeat(template) ? $"a {template.Method} request is not repeated without an {KeyHeader}"
            : null;

    /// <summary>True if no connection was made, or the server refused to process the request.</summary>
    private static bool NeverArrived(BearerRequestException failure, Exception cause) =>
        ErrorOf(cause) is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            || failure.ErrorId == "ConnectionTimeout" || IsRefused(cause);

    /// <summary>True if a proxy rejects this caller.</summary>
    private static bool IsForbidden(Exception cause) =>
        cause is HttpRequestException refused
            && ProxyStatus.Of(refused) is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError;

    /// <summary>True for REFUSED_STREAM (RFC 9113 section 8.7) and H3_REQUEST_REJECTED (RFC 9114 section 4.1.1): not processed.</summary>
    public static bool IsRefused(Exception cause) =>
        cause is HttpRequestException && cause.GetBaseException() is HttpProtocolException { ErrorCode: 0x7 or 0x10b };

    /// <summary>False if the two sides could not agree on a protocol: a retry fails in the same way.</summary>
    private static bool IsTransient(Exception cause) =>
        cause.GetBaseException() is not HttpProtocolException { ErrorCode: Http11Required }
            && ErrorOf(cause) is not (HttpRequestError.VersionNegotiationError or HttpRequestError.UserAuthenticationError);

    private static HttpRequestError? ErrorOf(Exception cause) =>
        (cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError;

    private static bool IsSafeToRepeat(RequestTemplate template) =>
        MethodTraits.IsIdempotent(template.Method)
            || template.Headers.Any(header => string.Equals(header.Key, KeyHeader, StringComparison.OrdinalIgnoreCase));

    private static bool CanBeSentAgain(RequestTemplate template) => template.Body is not { CanReplay: false };
}
