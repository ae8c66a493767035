namespace BearerTools.Diagnostics;

/// <content>Tokens, their storage, grants and Entra ID.</content>
internal static partial class EventText
{
    private static string Format(TokenEvent e) => e switch
    {
        TokenExpired expired => $"Token {expired.Fingerprint} has expired; requesting a new one.",
        TokenRenewalStarted started => $"Token {started.Fingerprint} expires soon; renewing it in the background.",
        TokenRenewalFailed failed =>
            $"Token {failed.Fingerprint} could not be renewed, and is used until it expires"
            + $"{(failed.ExpiresOn is { } end ? $" ({TimeText.Of(end)})" : string.Empty)}; the renewal is tried again. "
            + Sentence(failed.Reason),
        TokenTooShort tooShort =>
            $"Token {tooShort.Fingerprint} expires{(tooShort.ExpiresOn is { } end ? $" at {TimeText.Of(end)}" : string.Empty)}, before the "
            + $"minimum lifetime of {TimeText.Span(tooShort.Required)}: "
            + (tooShort.CanRenew ? "the authority issues no tokens that last longer." : "it cannot be renewed."),
        TokenRequestJoined => "Waiting for the token request that is already in progress.",
        TokenAcquired acquired =>
            $"Got token {acquired.Fingerprint}"
            + (acquired.IsOfStore ? " from the token store" : acquired.Flow is { } flow ? $" by {flow}" : string.Empty)
            + $"{(acquired.ExpiresOn is { } end ? $", valid until {TimeText.Clock(end)}" : string.Empty)}.",
        TokenExpiredOnArrival arrived =>
            $"Token {arrived.Fingerprint} had already expired when it was issued ({TimeText.Of(arrived.ExpiresOn)}): "
            + (arrived.HasNoLifetime
                ? "the response gives it a lifetime of 0 seconds."
                : "the clock of this machine or of the authority is wrong.")
            + $" It is used until the API rejects it, for {TimeText.Seconds(arrived.Use)} at most.",
        BaseUriNamed named => $"The base address is {Address(named.Address)}, from {Name(named.Path)} in the token response.",
        TokenRejected { NeedsClaims: true } rejected =>
            $"Token {rejected.Fingerprint} was rejected: the API requires a token with certain claims.",
        TokenRejected rejected => $"Token {rejected.Fingerprint} was rejected.",
        TokenUnchanged { Place: { } place } unchanged => $"{place} still contains token {unchanged.Fingerprint}.",
        TokenUnchanged unchanged => $"The new token is token {unchanged.Fingerprint} again.",
        TokenNotNew { Place: { } place } same =>
            $"{place} still contains token {same.Fingerprint}. Put a new one there, and run Update-BearerToken again.",
        TokenNotNew { IsGiven: true } same => $"Token {same.Fingerprint} was given and cannot be renewed: connect with a new one.",
        TokenNotNew same => $"The authority returned token {same.Fingerprint} again, and no new one.",
        LateRevocationFailed failed =>
            $"Token {failed.Fingerprint} was issued after its revocation was requested, and is still valid: {failed.Reason.TrimEnd('.')}.",
        NothingToRevoke nothing =>
            $"No token was revoked: this process has none of {nothing.Issuer ?? "this login"}. "
            + (nothing.IsStored
                ? "To revoke the one in the store, get it first, with Get-BearerToken or Connect-BearerApi."
                : "Get-BearerTokenCache lists the tokens that it has."),
        ReplacementRejected rejected =>
            $"Token {rejected.Fingerprint} was rejected although it is new; "
            + $"no other token is requested for {TimeText.Seconds(rejected.Pause)}.",
        _ => e.ToString(),
    };

    private static string Format(StoreEvent e) => e switch
    {
        StoredTokenUsed used =>
            $"Using the stored token {used.Fingerprint}"
            + $"{(used.ExpiresOn is { } end ? $", valid until {TimeText.Clock(end)}" : string.Empty)}.",
        TokenStored stored => $"Stored token {stored.Fingerprint}.",
        StoreBypassed bypassed => $"Requesting a token for this process only (-StoreFallback): {Sentence(bypassed.Reason)}",
        TokenNotStored failed =>
            $"Token {failed.Fingerprint} could not be stored and can be used in this session only: {Sentence(failed.Reason)}",
        StoredFileSetAside aside => $"A file of the token store cannot be used, because {aside.Reason}. It is now {aside.Path}.",
        StoredEntryIgnored ignored => $"A stored login cannot be used, because {ignored.Reason}. The next one replaces it.",
        StoreLockAwaited awaited =>
            $"Waiting for {(awaited.Holder is { } holder ? Name(holder) : "another process")}, which is renewing the token.",
        StoreLockNotReleased kept =>
            $"The lock of a stored token could not be released, so the next renewal waits up to {TimeText.Seconds(kept.Life)}: "
            + Sentence(kept.Reason),
        RefusedTokenReplaced replaced =>
            $"The refresh token was refused, but another process has stored token {replaced.Fingerprint} in the meantime; using that one.",
        _ => e.ToString(),
    };

    private static string Format(GrantEvent e) => e switch
    {
        MetadataRead read => $"Read the metadata of {Name(read.Authority)} from {Address(read.Source)}.",
        TokenRequested { ClientId.Length: 0 } requested => $"Requesting a token from {Address(requested.Endpoint)}.",
        TokenRequested requested => $"Requesting a token from {Address(requested.Endpoint)} for the client {Name(requested.ClientId)}.",
        ClientRequestSent sent => $"Sending a request to {Address(sent.Endpoint)} for the client {Name(sent.ClientId)}.",
        AppTokenRequested requested => $"Requesting a token from {Address(requested.Endpoint)} for the app {Name(requested.AppId)}.",
        LoginStarted started => $"Logging in at {Address(started.Endpoint)}.",
        GivenTokenRead read => $"Reading the token from {read.Place}.",
        SecretRead read => $"Reading the secret from {read.Place}.",
        SecretNotStored failed =>
            $"The authority has replaced the refresh token, and the new one could not be stored in {failed.Place}: "
            + $"{Sentence(failed.Reason)} It is used in this session, and stored with the next command if that succeeds.",
        AuthorityNonceRequired => "The token endpoint requires its nonce in the DPoP proof; sending the request again with it.",
        RefreshTokenRefused refused =>
            $"The refresh token was refused{(refused.Error is { } error ? $" ({error})" : string.Empty)}; "
            + $"{(refused.NextFlow is { } flow ? $"requesting a token by {flow} instead" : "a new sign-in is required")}.",
        AuthorityRetried retried => $"{Sentence(retried.Fault)} Trying again in {TimeText.Seconds(retried.Delay)}.",
        DevicePollingSlowed slowed => $"The authority asks for slower polling: every {TimeText.Seconds(slowed.Interval)} from now on.",
        DevicePollFailed failed => $"{Sentence(failed.Error)} Polling again in {TimeText.Seconds(failed.Delay)}.",
        RevocationStarted { Fingerprint: null } => "Revoking the refresh token.",
        RevocationStarted started =>
            $"Revoking access token {started.Fingerprint}"
            + $"{(started.ExpiresOn is { } end ? $" (valid until {TimeText.Of(end)})" : string.Empty)}.",
        IntrospectionStarted started => $"Introspecting token {started.Fingerprint}.",
        _ => e.ToString(),
    };

    private static string Format(ResponseFlaw e) => e switch
    {
        TokenTypeMissing => "The token response has no token_type, which RFC 6749 requires; the token is used as a bearer token.",
        ExpiresInInvalid => "The expires_in of the token response is not a number of seconds and is ignored.",
        IssuedTokenTypeMissing => "The token response has no issued_token_type, which RFC 8693 requires.",
        IssuedTokenTypeDiffers differs => $"The authority issued a token of type {Name(differs.Issued)} instead of the requested type.",
        LoginExpiryInvalid invalid =>
            $"The value of {Name(invalid.Member)} in the login response is neither a lifetime nor a time and is ignored.",
        IdTokenIgnored => "The ID token is ignored: without the authority's metadata it cannot be validated.",
        _ => e.ToString(),
    };

    private static string Format(EntraEvent e) => e switch
    {
        AssertionRead read => $"Reading the assertion{(read.Place is { } place ? $" from {place}" : string.Empty)}.",
        AssertionRequested requested => $"Requesting an assertion from {Address(requested.Endpoint)}.",
        AssertionScriptStarted => "Running the script block of -ClientAssertion.",
        IdentityChosen chosen => $"{chosen.Identity}: available; using it.",
        IdentitySkipped skipped => $"{skipped.Identity}: not used, because {skipped.Reason}.",
        AccountTokenRequested requested =>
            $"Requesting a token from {Address(requested.Authority)} for "
            + $"{(requested.Account is { } account ? Name(account) : "the cached account")}.",
        AccountLoginRequired required => $"Entra ID requires a new sign-in of the account ({Name(required.ErrorCode)}).",
        ManagedIdentityRequested requested =>
            $"Requesting a token for {Name(requested.Resource)} from the managed identity endpoint, for "
            + $"{(requested.Identity is { } id ? $"the identity {Name(id)}" : "the system-assigned identity")}.",
        AuthorityResponded responded =>
            $"{responded.Method} {Address(responded.Address)}: {responded.StatusCode} after {TimeText.Milliseconds(responded.Duration)}.",
        _ => e.ToString(),
    };
}
