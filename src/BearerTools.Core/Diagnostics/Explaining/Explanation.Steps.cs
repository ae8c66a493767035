namespace BearerTools.Diagnostics.Explaining;

/// <content>The events that other sinks show too, as far as they are decisions.</content>
internal static partial class Explanation
{
    private static string? Of(TokenEvent e) => e switch
    {
        TokenRequestJoined => "A request for the same token is in progress, so its result is awaited instead of sending a second one.",
        TokenUnchanged { Place: { } place } unchanged =>
            $"{place} still contains the rejected token {unchanged.Fingerprint}, so the request is not sent again.",
        TokenUnchanged unchanged => $"The new token is the rejected token {unchanged.Fingerprint} again, so the request is not sent again.",
        ReplacementRejected rejected =>
            $"The API rejected the new token {rejected.Fingerprint} too, so the token is not the reason. No other one is requested for "
            + $"{TimeText.Seconds(rejected.Pause)}.",
        BaseUriNamed named =>
            $"Relative addresses belong to {Address(named.Address)}, because {Name(named.Path)} in the token response says so.",
        _ => null,
    };

    private static string? Of(StoreEvent e) => e switch
    {
        StoredTokenUsed used =>
            $"Token {used.Fingerprint} of the token store is used, because it is valid"
            + $"{(used.ExpiresOn is { } end ? $" until {TimeText.Of(end)}" : string.Empty)}. No token is requested.",
        StoreLockAwaited awaited =>
            $"This process waits for {(awaited.Holder is { } holder ? Name(holder) : "another process")}, because one process at a time "
            + "renews a stored token. The others then use the new one.",
        RefusedTokenReplaced replaced =>
            $"Token {replaced.Fingerprint} of the token store is used, because the refresh token was refused and another process has "
            + "stored a new token in the meantime.",
        _ => null,
    };

    private static string? Of(EntraEvent e) => e switch
    {
        IdentityChosen chosen => $"{chosen.Identity} is used, because it is the first identity of the default chain that is available.",
        IdentitySkipped skipped => $"{skipped.Identity} is not used, because {skipped.Reason}.",
        AccountLoginRequired required => $"The user has to sign in again, because Entra ID requires it ({Name(required.ErrorCode)}).",
        _ => null,
    };

    private static string? Of(RequestEvent e) => e switch
    {
        ResponseRetried retried =>
            Text($"{retried.Method} {Address(retried.Address)} returned {retried.StatusCode}, {WhyAgain(retried.StatusCode)}, ")
            + Text($"so it is sent again (retry {retried.Retry} of {retried.MaxRetries}) in {TimeText.Seconds(retried.Delay)}: ")
            + (retried.IsRequested ? "the API asked for that wait." : "waits grow with each retry, and are random to spread the load."),
        FailureRetried retried =>
            Sentence(retried.Error)
            + Text($" That is often temporary, and the request is safe to repeat, so it is sent again (retry {retried.Retry} of ")
            + Text($"{retried.MaxRetries}) in {TimeText.Seconds(retried.Delay)}."),
        RequestRepeated repeated =>
            $"{repeated.Method} {Address(repeated.Address)} is sent over another connection, because "
            + repeated.Reason switch
            {
                RepeatReason.Idle => "the open one was idle, and the server may have closed it.",
                RepeatReason.NoResponse => "the server closed the open one without a response, and the request only reads.",
                _ => "the server closed the open one without processing the request.",
            },
        RedirectFollowed { CarriesToken: true } followed => Text(
            $"The redirect ({followed.StatusCode}) to {Address(followed.Address)} is followed with the token, which may be sent there."),
        RedirectFollowed followed =>
            Text($"The redirect ({followed.StatusCode}) to {Address(followed.Address)} is followed without the token, ")
            + "because it is another origin.",
        ApiNonceRequired => "The API wants its own nonce in the proof of possession (DPoP), so the request is sent again with it.",
        OperationPolled polled =>
            $"The operation is {polled.State}, so {Address(polled.Address)} is polled again in "
            + $"{TimeText.Seconds(polled.Delay)}, because of -Wait.",
        _ => null,
    };

    /// <summary>403 is retried if it reports throttling, or if every failure is.</summary>
    private static string WhyAgain(int status) => status is 403 or 408 or 429 or >= 500
        ? "which is often temporary"
        : "and -MaximumRetryCount with -RetryIntervalSec asks for a retry after every failure";

    private static string? Of(PacingEvent e) => e switch
    {
        RequestPaused paused =>
            $"A request waits {TimeText.Seconds(paused.Delay)}, because {EventText.Clause(paused.Reason, paused.Quota)}. Sending it "
            + "earlier would only lead to a refusal.",
        OriginPaused paused =>
            $"All requests to {paused.Origin} wait {TimeText.Seconds(paused.Pause)}, because the API asked for it, and its limit "
            + "counts all of them.",
        _ => null,
    };

    private static string? Of(PagingEvent e) => e switch
    {
        LastPageReached reached => Text($"Page {reached.Page} is the last, because {EventText.Clause(reached.End)}."),
        PageLimitReached reached => Text(
            $"No page after page {reached.Page} is requested, although there are more, because -MaximumFollowRelLink allows no more."),
        _ => null,
    };

    private static string? Of(DownloadEvent e) => e switch
    {
        DownloadResumed resumed => Text(
            $"Only the rest of '{resumed.Path}' is requested, because {resumed.Offset} bytes of the same version are there already."),
        DownloadAlreadyComplete complete => $"'{complete.Path}' is not downloaded, because it is complete already.",
        DownloadRestarted restarted => $"All of '{restarted.Path}' is downloaded, because the server cannot resume.",
        DownloadChanged { IsKnown: false } unknown =>
            $"All of '{unknown.Path}' is downloaded, because it is not known which version of the file on the server its bytes belong to.",
        DownloadChanged changed => $"All of '{changed.Path}' is downloaded, because the file on the server has changed.",
        _ => null,
    };
}
