using System.Net;

namespace BearerTools.Http.Retrying;

/// <summary>
/// What may be sent again (RFC 9110 section 9.2.2): what does the same however often it is done; else only what the server
/// has not done for certain.
/// </summary>
internal static class RetryClassifier
{
    /// <summary>Requests with it are done once by the server, however often they come (draft-ietf-httpapi-idempotency-key-header).</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>RFC 9113 section 7: the server wants an older version of HTTP, and will the next time.</summary>
    private const long Http11Required = 0xd;

    /// <summary>Whether another try may help after an answer, and do no harm.</summary>
    public static bool After(ApiResponse response) =>
        response.Status switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => DoesNoHarm(response.Template),
            _ => Pacing.ServerWait.IsThrottled(response.Message),
        } && CanBeSentAgain(response.Template);

    /// <summary>Whether another try may help after a connection failed, and do no harm.</summary>
    public static bool After(BearerRequestException failure, RequestTemplate template)
    {
        if (failure.InnerException is not { } cause || failure.Kind is not (BearerErrorKind.Connection or BearerErrorKind.Timeout)) return false;
        // Whom nobody trusts now, nobody trusts in a second.
        if (failure.ErrorId == "CertificateNotTrusted" || IsForbidden(cause) || !CanBeSentAgain(template)) return false;
        return NeverArrived(failure, cause) || (IsTransient(cause) && DoesNoHarm(template));
    }

    /// <summary>There was no connection to send anything over, or the server did not look at what came.</summary>
    private static bool NeverArrived(BearerRequestException failure, Exception cause) =>
        ErrorOf(cause) is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            || failure.ErrorId == "ConnectionTimeout" || IsRefused(cause);

    /// <summary>A proxy does not let this caller through.</summary>
    private static bool IsForbidden(Exception cause) =>
        ErrorOf(cause) == HttpRequestError.ProxyTunnelError && (cause as HttpRequestException)?.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError;

    /// <summary>Without a doubt: RFC 9113 section 8.7 for REFUSED_STREAM, RFC 9114 section 4.1.1 for H3_REQUEST_REJECTED.</summary>
    private static bool IsRefused(Exception cause) =>
        cause is HttpRequestException && cause.GetBaseException() is HttpProtocolException { ErrorCode: 0x7 or 0x10b };

    /// <summary>And not a server with which no way to speak could be agreed on.</summary>
    private static bool IsTransient(Exception cause) =>
        cause.GetBaseException() is not HttpProtocolException { ErrorCode: Http11Required }
            && ErrorOf(cause) is not (HttpRequestError.VersionNegotiationError or HttpRequestError.UserAuthenticationError);

    private static HttpRequestError? ErrorOf(Exception cause) => (cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError;

    private static bool DoesNoHarm(RequestTemplate template) =>
        MethodTraits.IsIdempotent(template.Method) || template.Headers.Any(header => string.Equals(header.Key, KeyHeader, StringComparison.OrdinalIgnoreCase));

    private static bool CanBeSentAgain(RequestTemplate template) => template.Body is not { CanReplay: false };
}
