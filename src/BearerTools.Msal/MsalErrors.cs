using System.Net;
using BearerTools.Entra;
using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>From what MSAL and the way to the network throw to errors of this module. Nothing of MSAL's comes along, not even as a cause.</summary>
internal static class MsalErrors
{
    /// <param name="cause">What was thrown.</param>
    /// <param name="http">The way that the request went.</param>
    /// <param name="asker">Who asked, as an object: <c>the client x</c>.</param>
    /// <param name="read">Reads an answer that was no success; gives nothing when it makes no sense of it.</param>
    public static BearerTokenException Of(Exception cause, MsalHttp http, string asker, Func<MsalHttp.Refusal, BearerTokenException?> read)
    {
        if (Within<BearerTokenException>(cause) is { } own) return own;
        if ((Within<HttpRequestException>(cause) ?? (Exception?)Within<IOException>(cause)) is { } broken) return Connection(broken, http, asker);
        if (cause is OperationCanceledException or MsalException { ErrorCode: MsalError.RequestTimeout }) return TimedOut(http, asker);
        if (cause is MsalThrottledServiceException throttled) return Held(throttled.OriginalServiceException, http, asker);
        if (cause is MsalServiceException service && (http.LastRefusal ?? Known(service, http)) is { } refusal) return read(refusal) ?? Unnamed(refusal, asker);
        return cause switch
        {
            MsalUiRequiredException ui => Make(ui, asker, EntraErrorAdvice.OfOAuth("login_required")),
            MsalClientException { ErrorCode: MsalError.CodeExpired } expired => Make(expired, asker, EntraErrorAdvice.OfOAuth("expired_token")),
            MsalException other => Make(other, asker, EntraErrorAdvice.OfOAuth(other.ErrorCode ?? string.Empty)),
            _ => new BearerTokenException($"No token could be got for {asker}: {ServerText.Clean(cause.Message)}") { ErrorId = "EntraFailed", NextStep = "Run it again with -Debug to see what MSAL says." },
        };
    }

    /// <summary>What MSAL tells of an answer that came before this request: it knows that the same would come again.</summary>
    private static MsalHttp.Refusal? Known(MsalServiceException cause, MsalHttp http)
    {
        var original = cause is MsalThrottledUiRequiredException held ? held.OriginalServiceException : cause;
        return string.IsNullOrEmpty(original.ResponseBody) ? null : new MsalHttp.Refusal(null, (HttpStatusCode)original.StatusCode, Pause(original, http), original.ResponseBody);
    }

    private static TimeSpan? Pause(MsalServiceException cause, MsalHttp http) =>
        cause.Headers is { } headers ? RetryAfter.Delay(headers, http.Time.GetUtcNow()) : null;

    /// <summary>An answer that is no error of OAuth: of a proxy, or of a service that is down.</summary>
    private static BearerTokenException Unnamed(MsalHttp.Refusal refusal, string asker)
    {
        var meaning = EntraErrorAdvice.OfStatus(refusal.Status) ?? new EntraErrorAdvice("TokenRequestFailed", BearerErrorKind.Authentication, "Check whether a proxy answers in the place of Entra ID.");
        return new BearerTokenException($"{refusal.Address?.IdnHost ?? "Entra ID"} gave no token for {asker}, but answered {(int)refusal.Status}.")
        {
            StatusCode = refusal.Status,
            RetryAfter = refusal.RetryAfter,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = meaning.NextStep,
        };
    }

    /// <summary>Not even asked: MSAL keeps to what Entra said the last time, and after an error of the service waits for a minute.</summary>
    private static BearerTokenException Held(MsalServiceException before, MsalHttp http, string asker)
    {
        var pause = Pause(before, http);
        var meaning = EntraErrorAdvice.OfStatus((HttpStatusCode)before.StatusCode) ?? EntraErrorAdvice.Throttled;
        return new BearerTokenException($"Entra ID is not asked again yet for {asker}, because of its last answer ({before.StatusCode}): {ServerText.Clean(before.Message)}")
        {
            StatusCode = (HttpStatusCode)before.StatusCode,
            CorrelationId = before.CorrelationId,
            RetryAfter = pause,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = $"Wait {(pause is { } time ? $"the {TimeText.Seconds(time)} that it asked for" : "a minute")}, then try again.",
        };
    }

    private static BearerTokenException TimedOut(MsalHttp http, string asker) =>
        new($"{http.LastAddress?.IdnHost ?? "Entra ID"} did not answer in time when it was asked for a token for {asker}.")
        {
            ErrorId = "AuthorityTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = "Check the network and any proxy, or try again later.",
        };

    private static BearerTokenException Connection(Exception cause, MsalHttp http, string asker)
    {
        var host = http.LastAddress?.IdnHost ?? "Entra ID";
        return ConnectionFault.Of(cause, host).ToTokenException($"{host} could not be reached for a token for {asker}", cause);
    }

    private static BearerTokenException Make(MsalException cause, string asker, EntraErrorAdvice meaning) =>
        new($"No token could be got for {asker}: {ServerText.Clean(cause.Message)}")
        {
            Error = cause.ErrorCode,
            CorrelationId = cause.CorrelationId,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = meaning.NextStep,
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
