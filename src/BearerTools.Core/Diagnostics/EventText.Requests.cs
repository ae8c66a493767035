namespace BearerTools.Diagnostics;

/// <content>Requests, pacing, paging and downloads.</content>
internal static partial class EventText
{
    private const int MaxShownNames = 10;

    private static string Format(RequestEvent e) => e switch
    {
        ResponseReceived received =>
            $"{received.Method} {Address(received.Address)}: {received.StatusCode} after {TimeText.Milliseconds(received.Duration)}, "
            + $"{(received.TokenFingerprint is { } token ? $"token {token}" : "without token")}.",
        RedirectFollowed followed =>
            $"Redirected ({followed.StatusCode}) to {Address(followed.Address)}"
            + $"{(followed.CarriesToken ? string.Empty : ", without the token")}.",
        ApiNonceRequired => "The API requires its nonce in the DPoP proof; sending the request again with it.",
        ResponseRetried retried =>
            $"{retried.Method} {Address(retried.Address)}: {retried.StatusCode}. "
            + $"{Retry(retried.Retry, retried.MaxRetries, retried.Delay)}{(retried.IsRequested ? ", as the API asks" : string.Empty)}.",
        FailureRetried retried => $"{Sentence(retried.Error)} {Retry(retried.Retry, retried.MaxRetries, retried.Delay)}.",
        RequestRepeated { Reason: RepeatReason.Idle } repeated =>
            $"{repeated.Method} {Address(repeated.Address)}: the connection was idle, so another one is used.",
        RequestRepeated { Reason: RepeatReason.NoResponse } repeated =>
            $"{repeated.Method} {Address(repeated.Address)}: the server closed the connection without a response; sending the request over "
            + "another one.",
        RequestRepeated repeated =>
            $"{repeated.Method} {Address(repeated.Address)}: the server closed the connection and did not process the request; sending it "
            + "over another one.",
        OperationPolled polled =>
            $"The operation is {polled.State}; polling {Address(polled.Address)} in {TimeText.Seconds(polled.Delay)}.",
        EventNotJson malformed =>
            $"{Address(malformed.Address)}: the data of an event begins like a JSON object and is not valid JSON "
            + Text($"(line {malformed.Line}), so it is {(malformed.IsText ? "returned as text" : "passed over")}. ")
            + "There may be more such events.",
        EventWithoutItems other =>
            Text($"{Address(other.Address)}: the event at line {other.Line} has no '{Name(other.Path)}', so it is passed over, and so are ")
            + "further such events.",
        EventRepeated repeated =>
            $"{Address(repeated.Address)}: the server sends events again that it had sent before, so they are passed over.",
        ReconnectionTimeBounded bounded =>
            $"{Address(bounded.Address)}: the stream asks to wait longer than {TimeText.Seconds(bounded.Longest)} before the next "
            + $"connection (retry). If it breaks off, it is requested again after {TimeText.Seconds(bounded.Longest)}.",
        ObjectBecameDictionary became =>
            "An object was converted to an ordered dictionary, because a PSObject cannot hold names that differ only "
            + $"in case, are empty or are reserved by PowerShell: {Names(became.Names)}.",
        _ => e.ToString(),
    };

    private static string Format(PacingEvent e) => e switch
    {
        RequestPaused paused =>
            $"Waiting {TimeText.Seconds(paused.Delay)}: {Clause(paused.Reason, paused.Quota)}."
            + (paused.IsWarning ? " -MaximumQuotaWaitSec limits this wait." : string.Empty),
        SharedPaceUnavailable { HasLimit: false } unavailable =>
            $"{unavailable.Reason.TrimEnd('.')}. Until it returns, a pause that an API asks for applies to this worker only.",
        SharedPaceUnavailable { IsOfFleet: true } unavailable =>
            $"-RateLimitScope Fleet: {unavailable.Reason.TrimEnd('.')}. Until it returns, this worker keeps to "
            + unavailable.Workers switch
            {
                < 2 => "the limit by itself, because it knows of no other workers.",
                2 => "its share, half of the limit.",
                3 => "its share, one third of the limit.",
                var workers => Text($"its share, 1/{workers} of the limit."),
            },
        SharedPaceReturned { HasLimit: false } => "Redis responds again, and all workers share the pauses that APIs ask for.",
        SharedPaceReturned => "-RateLimitScope Fleet: Redis responds again, and all workers share the limit.",
        SharedPaceUnavailable unavailable =>
            $"-RateLimitScope Machine has no effect, and limits apply to this process: {unavailable.Reason.TrimEnd('.')}.",
        OriginPaused { Asked: { } asked } paused => $"{paused.Origin} asked to wait {asked}; requests to it are paused for a day.",
        OriginPaused paused => $"{paused.Origin} asked to wait {TimeText.Seconds(paused.Pause)}; requests to it are paused.",
        _ => e.ToString(),
    };

    private static string Format(PagingEvent e) => e switch
    {
        LastPageReached reached => $"Page {reached.Page} is the last: {Clause(reached.End)}.",
        NextPageNotFound missing =>
            $"The first page has no '{Name(missing.Path)}', so it is taken for the last one. {missing.Found} If the list has more pages, "
            + "correct the path.",
        NextPageHeaderNotFound missing =>
            $"The first page has no header {Name(missing.Header)}, so it is taken for the last one. It has {Name(missing.Found)}. "
            + "If the list has more pages, correct the name.",
        MoreFlagNotFound missing =>
            $"The first page has no '{Name(missing.Path)}', so -HasMorePath has no effect. {missing.Found} Correct the path.",
        NextLinkInBody found =>
            $"The first page has no Link header to a next page, so it is taken for the last one. Its '{Name(found.Path)}' is an address: "
            + $"if that is the next page, use -NextLinkPath '{Name(found.Path)}' instead of -FollowRelLink.",
        NextNumberInBody found =>
            $"The first page has no Link header to a next page, so it is taken for the last one. Its '{Name(found.Path)}' is "
            + $"{Name(found.Number)}: if that is the number of the next page, use -CursorPath '{Name(found.Path)}' and -CursorParameter "
            + "with the name of the parameter instead of -FollowRelLink.",
        NextLinkRewritten rewritten => Text(
            $"Page {rewritten.Page} links to its next page at {rewritten.From}; with -RewriteNextLink, it is requested at {rewritten.To}."),
        LinkHeaderUnreadable unreadable =>
            Text($"The Link header of page {unreadable.Page} cannot be read, so the page is taken for the last one: the address of a link ")
            + "must be in angle brackets.",
        PageSaysEmpty empty =>
            Text($"Page {empty.Page} has no content (status {empty.StatusCode}), so it is taken for the last one. If objects are missing, ")
            + "report it to the API's owner.",
        PageLimitReached reached => $"Page {reached.Page} is not the last, but -MaximumFollowRelLink allows no more pages.",
        _ => e.ToString(),
    };

    private static string Format(DownloadEvent e) => e switch
    {
        DownloadResumed resumed => $"Resuming '{resumed.Path}' after {resumed.Offset} bytes.",
        DownloadAlreadyComplete complete => $"'{complete.Path}' is already complete.",
        DownloadRestarted restarted =>
            $"The server cannot resume '{restarted.Path}' after {restarted.Offset} bytes; downloading the whole file again.",
        DownloadChanged { IsKnown: false } unknown =>
            $"The file on the server is another one than '{unknown.Path}' with its {unknown.Offset} bytes, or an unknown version of it; "
                + "downloading all of it.",
        DownloadChanged changed =>
            $"The file on the server has changed since {changed.Offset} bytes of '{changed.Path}' were saved; downloading all of it.",
        DownloadSaved saved => $"Saved to '{saved.Path}'.",
        _ => e.ToString(),
    };

    public static string Clause(PauseReason reason, string? quota) => reason switch
    {
        PauseReason.Requested => "the API asked for a pause",
        _ => $"the API's quota{(quota is null ? string.Empty : $" '{Name(quota)}'")} is used up",
    };

    public static string Clause(LastPage end) => end.Reason switch
    {
        LastPageReason.Empty => "it is empty",
        LastPageReason.Short => Text($"it has fewer than {end.Count} items"),
        LastPageReason.TotalReached => Text($"all {end.Count} items have been read"),
        LastPageReason.Flag => $"it says so in {string.Join(" or ", (end.Paths ?? []).Take(1).Select(path => $"'{path}'"))}",
        _ => $"it has no {string.Join(" and no ", Marks(end))}",
    };

    private static IEnumerable<string> Marks(LastPage end)
    {
        if (end.ReadsHeader) yield return "link to the next page";
        if (end.Header is { } header) yield return $"header {header}";
        foreach (var path in end.Paths ?? []) yield return $"'{path}'";
    }

    private static string Retry(int retry, int most, TimeSpan delay) => Text($"Retry {retry} of {most} in {TimeText.Seconds(delay)}");

    private static string Names(IReadOnlyList<string> names)
    {
        var shown = string.Join(", ", names.Take(MaxShownNames).Select(name => $"'{Name(name)}'"));
        return names.Count > MaxShownNames ? shown + " and others" : shown;
    }
}
