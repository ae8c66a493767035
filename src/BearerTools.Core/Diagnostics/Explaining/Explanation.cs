using System.Globalization;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Explaining;

/// <summary>The sentence that says why something was decided, for people who run scripts.</summary>
/// <remarks>Values in the queries of addresses are omitted. The caller redacts secrets.</remarks>
internal static partial class Explanation
{
    private const int LongestName = 200;

    /// <summary>The explanation, or <see langword="null"/> if the event is no decision, or another event explains it.</summary>
    public static string? Of(DiagnosticEvent e) => e switch
    {
        DecisionEvent decision => Of(decision),
        TokenEvent token => Of(token),
        StoreEvent store => Of(store),
        EntraEvent entra => Of(entra),
        RequestEvent request => Of(request),
        PacingEvent pacing => Of(pacing),
        PagingEvent paging => Of(paging),
        DownloadEvent download => Of(download),
        AuthorityRetried retried =>
            $"{Sentence(retried.Fault)} That is often temporary, so the request to the authority is sent again in "
            + $"{TimeText.Seconds(retried.Delay)}.",
        RefreshTokenRefused refused =>
            "The authority refused the refresh token, "
            + (refused.NextFlow is { } next ? $"so {next} is used instead." : "so the user has to log in again."),
        AuthorityNonceRequired =>
            "The authority wants its own nonce in the proof of possession (DPoP), so the token request is sent again with it.",
        _ => null,
    };

    /// <summary>
    /// What an explanation is about, if its figures differ from one message to the next; <see langword="null"/> for the sentence itself.
    /// </summary>
    public static string? TopicOf(DiagnosticEvent e) => e switch
    {
        PaceAwaited waited => $"pace {waited.Origin} {waited.Limit}",
        ConnectionUsed used => $"connection {used.Origin} {used.IsReused} {used.Protocol}",
        RequestPaused paused => $"pause {paused.Reason} {paused.Quota}",
        TokenRequestJoined => "joined",
        _ => null,
    };

    private static string Of(DecisionEvent e) => e switch
    {
        ConnectionChosen chosen => Of(chosen),
        CachedTokenUsed used =>
            $"Token {used.Fingerprint} of the cache{From(used.Flow)} is used, because it is valid"
            + $"{(used.ExpiresOn is { } end ? $" until {TimeText.Of(end)}" : ": its issuer states no expiry")}"
            + $". {Renewal(used)}",
        TokenRequestStarted started => Of(started),
        RejectedRequestRepeated { NeedsClaims: true } repeated =>
            $"The API rejected token {repeated.Rejected} because it requires certain claims, so the request is sent once more, with token "
            + $"{repeated.Fingerprint}, which was requested with them.",
        RejectedRequestRepeated repeated =>
            $"The API rejected token {repeated.Rejected}, so the request is sent once more, with token {repeated.Fingerprint}.",
        PaceAwaited waited =>
            $"Requests to {waited.Origin} wait for their turn (the first one {TimeText.Seconds(waited.Wait)}), because "
            + (waited.Limit is { } limit
                ? $"{limit}."
                : "a limit applies to that origin: -RateLimit, -OriginThrottleLimit or -AdaptiveThrottle of a running command, or a pause "
                    + "or quota of the API."),
        ConnectionUsed { IsReused: true } used =>
            $"An open connection to {used.Origin} (HTTP/{used.Protocol}) is reused, so that no time is spent on connecting.",
        ConnectionUsed used =>
            $"A new connection to {used.Origin} (HTTP/{used.Protocol}) is opened in {TimeText.Milliseconds(used.Connecting)}, because no "
            + "open one is free.",
        RetryDeclined { Reason: { } why } declined =>
            $"{declined.Method} {Address(declined.Address)} returned {declined.StatusCode} and is not sent again: {why.TrimEnd('.')}.",
        RetryDeclined declined =>
            $"{declined.Method} {Address(declined.Address)} returned {declined.StatusCode} and is not sent again, because the API may have "
            + $"processed it, and {declined.Method} is not safe to repeat. -IdempotencyKey makes it safe if the API supports that header.",
        _ => e.ToString(),
    };

    private static string Of(ConnectionChosen e)
    {
        var profile = e.Profile is { } name ? $"profile '{Name(name)}'" : null;
        var sentence = e.Choice switch
        {
            ConnectionChoice.Token => $"The connection of the token is used{Paren(profile)}, because -Token gives one.",
            ConnectionChoice.Profile => $"The connection of {profile ?? "the profile"} is used, because -Profile names it.",
            ConnectionChoice.Environment =>
                $"The connection of {profile ?? "the profile"} is used, because the environment variable BEARERTOOLS_PROFILE names it.",
            ConnectionChoice.Flow => "The login of the command line is used, because its parameters describe one.",
            ConnectionChoice.Credential =>
                "User name and password are sent with each request instead of a token, because -Credential gives them.",
            _ => $"The connection that Connect-BearerApi made is used{Paren(profile)}, because neither -Token nor -Profile is given.",
        };
        return e.BaseUri is null ? sentence : $"{sentence} Relative addresses belong to {Address(e.BaseUri)}.";
    }

    private static string Of(TokenRequestStarted e)
    {
        var by = e.Flow is { } flow ? $" by {flow}" : string.Empty;
        var opening = e.IsShared ? $"The token store is read, and a new token is requested{by} if it has none that can be used"
            : $"A new token is requested{by}";
        return e.Reason switch
        {
            TokenReason.Expired => $"{opening}, because token {e.Fingerprint} of the cache has expired.",
            TokenReason.Renewal =>
                $"{opening}{(e.IsShared ? "," : string.Empty)} in the background, because token {e.Fingerprint} expires soon. "
                + "Requests use that one until the new one arrives.",
            TokenReason.Rejected =>
                $"{opening}, because the API rejected token {e.Fingerprint}. All requests that it rejected share the new one.",
            TokenReason.Requested =>
                $"{opening}{(e.Fingerprint is { } old ? $" although the cache has token {old}" : string.Empty)}, because the command "
                + "asks for a new one or for one that lasts longer.",
            _ => (e.IsShared ? opening : $"A token is requested{by}")
                + ", because the cache has none for this login: this client or user, these scopes, this authority.",
        };
    }

    private static string Renewal(CachedTokenUsed used) => !used.CanRenew ? "It cannot be renewed."
        : used.ExpiresOn is null ? "A new one is requested when the API rejects it."
        : "A new one is requested before it expires.";

    private static string From(string? flow) => flow is null ? string.Empty : $" (by {flow})";

    private static string Paren(string? text) => text is null ? string.Empty : $" ({text})";

    private static string Address(Uri address) => PrintableAddress.Of(address);

    private static string Name(string name) => ServerText.Clean(name, LongestName);

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
