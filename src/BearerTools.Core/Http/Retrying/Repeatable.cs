using System.Net;

namespace BearerTools.Http.Retrying;

/// <summary>
/// What may be sent again (RFC 9110 section 9.2.2): what does the same however often it is done; else only what the server
/// has not done for certain.
/// </summary>
internal static class Repeatable
{
    /// <summary>Requests with it are done once by the server, however often they come (draft-ietf-httpapi-idempotency-key-header).</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>RFC 9110 section 9.2.2, and the safe methods of the IANA registry that are used for asking.</summary>
    private static readonly HashSet<string> s_idempotent = new(StringComparer.OrdinalIgnoreCase)
    {
        "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY", "SEARCH", "PROPFIND", "REPORT",
    };

    public static bool IsIdempotent(HttpMethod method) => method == HttpMethod.Get || s_idempotent.Contains(method.Method);

    /// <summary>Whether another try may help after an answer, and do no harm.</summary>
    public static bool After(Answer answer) =>
        answer.Status switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => DoesNoHarm(answer.Recipe),
            _ => Pacing.ServerWait.IsThrottled(answer.Message),
        } && CanBeSentAgain(answer.Recipe);

    /// <summary>Whether another try may help after a connection failed, and do no harm.</summary>
    public static bool After(BearerRequestException failure, RequestRecipe recipe)
    {
        if (failure.InnerException is not { } cause || failure.Kind is not (BearerErrorKind.Connection or BearerErrorKind.Timeout)) return false;
        // Whom nobody trusts now, nobody trusts in a second.
        if (failure.ErrorId == "CertificateNotTrusted" || !CanBeSentAgain(recipe)) return false;
        return NeverArrived(failure, cause) || (IsWeather(cause) && DoesNoHarm(recipe));
    }

    /// <summary>There was no connection to send anything over.</summary>
    private static bool NeverArrived(BearerRequestException failure, Exception cause) =>
        ErrorOf(cause) is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            || failure.ErrorId == "ConnectionTimeout";

    /// <summary>And not a server that speaks otherwise than it should, or more than is taken from it.</summary>
    private static bool IsWeather(Exception cause) =>
        cause is not InvalidDataException && ErrorOf(cause) is not (HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.VersionNegotiationError or HttpRequestError.UserAuthenticationError);

    private static HttpRequestError? ErrorOf(Exception cause) => (cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError;

    private static bool DoesNoHarm(RequestRecipe recipe) =>
        IsIdempotent(recipe.Method) || recipe.Headers.Any(header => string.Equals(header.Key, KeyHeader, StringComparison.OrdinalIgnoreCase));

    private static bool CanBeSentAgain(RequestRecipe recipe) => recipe.Body is not { CanReplay: false };
}
