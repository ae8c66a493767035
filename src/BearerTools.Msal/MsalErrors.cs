using System.Net;
using BearerTools.Entra;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Converts exceptions of MSAL and the network to errors of this module. No MSAL type is exposed, not even as an inner
/// exception.
/// </summary>
internal static class MsalErrors
{
    /// <param name="cause">The exception to convert.</param>
    /// <param name="http">The HTTP layer of the request.</param>
    /// <param name="requester">The requesting identity, as an object: <c>the client x</c>.</param>
    /// <param name="read">Reads a failed response; returns <see langword="null"/> if it cannot interpret it.</param>
    public static BearerTokenException Of(
        Exception cause, MsalHttp http, string requester, Func<MsalHttp.Refusal, BearerTokenException?> read)
    {
        if (Within<BearerTokenException>(cause) is { } own) return own;
        if ((Within<HttpRequestException>(cause) ?? (Exception?)Within<IOException>(cause)) is { } broken)
            return Connection(broken, http, requester);
        if (cause is OperationCanceledException or MsalException { ErrorCode: MsalError.RequestTimeout }) return TimedOut(http, requester);
        if (cause is MsalThrottledServiceException throttled) return Throttled(throttled.OriginalServiceException, http, requester);
        if (cause is MsalServiceException service && (http.LastRefusal ?? Known(service, http)) is { } refusal)
            return read(refusal) ?? Unnamed(refusal, requester);
        return cause switch
        {
            MsalUiRequiredException ui => Make(ui, requester, EntraErrorAdvice.OfOAuth("login_required")),
            MsalClientException { ErrorCode: MsalError.CodeExpired } expired =>
                Make(expired, requester, EntraErrorAdvice.OfOAuth("expired_token")),
            MsalException other => Make(other, requester, EntraErrorAdvice.OfOAuth(other.ErrorCode ?? string.Empty)),
            _ => new BearerTokenException($"Could not get a token for {requester}: {ServerText.Sentence(cause.Message)}")
            {
                ErrorId = "EntraFailed",
                NextStep = "Run the command again with -Debug to see MSAL's log.",
            },
        };
    }

    /// <summary>The response that MSAL remembered from an earlier request and repeats without sending a new one.</summary>
    private static MsalHttp.Refusal? Known(MsalServiceException cause, MsalHttp http)
    {
        var original = cause is MsalThrottledUiRequiredException throttled ? throttled.OriginalServiceException : cause;
        return string.IsNullOrEmpty(original.ResponseBody)
            ? null
            : new MsalHttp.Refusal(null, (HttpStatusCode)original.StatusCode, Pause(original, http), original.ResponseBody);
    }

    private static TimeSpan? Pause(MsalServiceException cause, MsalHttp http) =>
        cause.Headers is { } headers ? ServerDelay.Delay(headers, http.Time.GetUtcNow()) : null;

    /// <summary>The error for a response that is not an OAuth error: from a proxy, or from a service that is down.</summary>
    private static BearerTokenException Unnamed(MsalHttp.Refusal refusal, string requester)
    {
        var advice = EntraErrorAdvice.OfStatus(refusal.Status)
            ?? new EntraErrorAdvice("TokenRequestFailed", BearerErrorKind.Authentication,
                "Check whether a proxy responded in place of Entra ID.");
        return new BearerTokenException($"{refusal.Address?.IdnHost ?? "Entra ID"} returned no token for {requester}; it responded with "
            + $"status {(int)refusal.Status}.")
        {
            StatusCode = refusal.Status,
            RetryAfter = refusal.RetryAfter,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            NextStep = advice.NextStep,
        };
    }

    /// <summary>
    /// The error when MSAL sent no request: it honours Entra ID's last response and, after a server error, waits a minute.
    /// </summary>
    private static BearerTokenException Throttled(MsalServiceException before, MsalHttp http, string requester)
    {
        var pause = Pause(before, http);
        var advice = EntraErrorAdvice.OfStatus((HttpStatusCode)before.StatusCode) ?? EntraErrorAdvice.Throttled;
        return new BearerTokenException($"No new request was sent to Entra ID for {requester} because of its last response "
            + $"({before.StatusCode}): {ServerText.Sentence(before.Message)}")
        {
            StatusCode = (HttpStatusCode)before.StatusCode,
            CorrelationId = before.CorrelationId,
            RetryAfter = pause,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            NextStep = $"Wait {(pause is { } time ? $"the {TimeText.Seconds(time)} that it requested" : "a minute")}, then try again.",
        };
    }

    private static BearerTokenException TimedOut(MsalHttp http, string requester) =>
        new($"{http.LastAddress?.IdnHost ?? "Entra ID"} did not respond in time to the request for a token for {requester}.")
        {
            ErrorId = "AuthorityTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = "Check the network and any proxy, or try again later.",
        };

    private static BearerTokenException Connection(Exception cause, MsalHttp http, string requester)
    {
        var host = http.LastAddress?.IdnHost ?? "Entra ID";
        var proxy = http.LastAddress is { } address ? HttpHandlerFactory.ProxyOfClients(address) : null;
        return ConnectionFault.Of(cause, host, http.LastAddress?.Port, proxy)
            .ToTokenException($"{host} could not be reached for a token for {requester}", cause);
    }

    private static BearerTokenException Make(MsalException cause, string requester, EntraErrorAdvice advice) =>
        new($"Could not get a token for {requester}: {ServerText.Sentence(cause.Message)}")
        {
            Error = cause.ErrorCode,
            CorrelationId = cause.CorrelationId,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            NextStep = advice.NextStep,
        };

    private static T? Within<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found) return found;
        }

        return null;
    }
}
