namespace BearerTools.Diagnostics;

/// <summary>An event in the life of a cached token. Tokens are identified by their fingerprints.</summary>
internal abstract record TokenEvent : DiagnosticEvent;

/// <summary>The cached token has expired, so a new one is requested.</summary>
internal sealed record TokenExpired(string Fingerprint) : TokenEvent;

/// <summary>The cached token is still valid, and is renewed while requests continue to use it.</summary>
internal sealed record TokenRenewalStarted(string Fingerprint) : TokenEvent;

/// <summary>A renewal failed while the token is still valid. It is tried again, with growing pauses, until the token expires.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="ExpiresOn">Its expiry time, or <see langword="null"/> if the issuer does not state one.</param>
/// <param name="Reason">The error, as a sentence.</param>
internal sealed record TokenRenewalFailed(string Fingerprint, DateTimeOffset? ExpiresOn, string Reason) : TokenEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The token lasts shorter than required, and a new one would not last longer.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="ExpiresOn">Its expiry time, or <see langword="null"/> if the issuer does not state one.</param>
/// <param name="Required">The required lifetime.</param>
/// <param name="CanRenew">True if the authority issues no longer ones; false if the token cannot be renewed.</param>
internal sealed record TokenTooShort(string Fingerprint, DateTimeOffset? ExpiresOn, TimeSpan Required, bool CanRenew) : TokenEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A request for the same token is already in progress, and its result is used.</summary>
internal sealed record TokenRequestJoined : TokenEvent;

/// <summary>A source provided a token.</summary>
/// <param name="Fingerprint">The new token.</param>
/// <param name="Flow">Name of the flow, such as <c>ClientCredentials</c>, or <see langword="null"/>.</param>
/// <param name="ExpiresOn">Expiry time, or <see langword="null"/> if the issuer does not state one.</param>
internal sealed record TokenAcquired(string Fingerprint, string? Flow, DateTimeOffset? ExpiresOn) : TokenEvent
{
    /// <summary>True if it was read from a store that processes share, and not requested.</summary>
    public bool IsOfStore { get; init; }
}

/// <summary>The authority issued a token that has expired already, by the clock of this machine.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="ExpiresOn">Its expiry time.</param>
/// <param name="Use">How long it is used nevertheless.</param>
internal sealed record TokenExpiredOnArrival(string Fingerprint, DateTimeOffset ExpiresOn, TimeSpan Use) : TokenEvent
{
    /// <summary>True if the authority gave it a lifetime of 0, so that no clock is involved.</summary>
    public bool HasNoLifetime { get; init; }

    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The token response names the base address of the API.</summary>
/// <param name="Path">The member that contains it.</param>
/// <param name="Address">The base address.</param>
internal sealed record BaseUriNamed(string Path, Uri Address) : TokenEvent;

/// <summary>The API rejected the token.</summary>
/// <param name="Fingerprint">The rejected token.</param>
/// <param name="NeedsClaims">True if the API asks for a token with certain claims.</param>
internal sealed record TokenRejected(string Fingerprint, bool NeedsClaims) : TokenEvent;

/// <summary>The source has no other token than the rejected one. It is asked again after a pause.</summary>
/// <param name="Fingerprint">The rejected token.</param>
/// <param name="Place">The place that it is read from, or <see langword="null"/> if it is requested.</param>
internal sealed record TokenUnchanged(string Fingerprint, string? Place) : TokenEvent;

/// <summary>A new token was requested by the user, and the source has only the same one.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="Place">The place that it is read from, or <see langword="null"/> if it is requested.</param>
/// <param name="IsGiven">True if it was given, and is not requested.</param>
internal sealed record TokenNotNew(string Fingerprint, string? Place, bool IsGiven) : TokenEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The API rejected a token that had just replaced a rejected one, so none is requested for a while.</summary>
internal sealed record ReplacementRejected(string Fingerprint, TimeSpan Pause) : TokenEvent;

/// <summary>A token that arrived after its revocation was requested could not be revoked, and is still valid at its authority.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="Reason">The error, as a sentence.</param>
internal sealed record LateRevocationFailed(string Fingerprint, string Reason) : TokenEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A command had no token to revoke.</summary>
/// <param name="Issuer">Whose token it would be, or <see langword="null"/>.</param>
/// <param name="IsStored">True if there may be one in a store, which was not read.</param>
internal sealed record NothingToRevoke(string? Issuer, bool IsStored) : TokenEvent
{
    public override EventLevel Level => EventLevel.Warning;
}
