namespace BearerTools.Diagnostics;

/// <summary>An event of a token store that processes share. Tokens are identified by their fingerprints.</summary>
internal abstract record StoreEvent : DiagnosticEvent;

/// <summary>A stored token is used, so no token is requested.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="ExpiresOn">Expiry time, or <see langword="null"/> if it is not known.</param>
internal sealed record StoredTokenUsed(string Fingerprint, DateTimeOffset? ExpiresOn) : StoreEvent;

/// <summary>A token was stored.</summary>
internal sealed record TokenStored(string Fingerprint) : StoreEvent;

/// <summary>A token could not be stored. It can be used in this session only.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="Reason">The error, as a sentence.</param>
internal sealed record TokenNotStored(string Fingerprint, string Reason) : StoreEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A stored file cannot be used. It was renamed, and the store continues without it.</summary>
/// <param name="Path">The new path.</param>
/// <param name="Reason">Why it cannot be used, as a clause.</param>
internal sealed record StoredFileSetAside(string Path, string Reason) : StoreEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>Another process renews the token; this one waits for it.</summary>
/// <param name="Holder">The process, or <see langword="null"/> if it is not known.</param>
internal sealed record StoreLockAwaited(string? Holder) : StoreEvent;

/// <summary>The lock of a stored token could not be released, so that it lasts until it expires.</summary>
/// <param name="Reason">The error, as a sentence.</param>
/// <param name="Life">How long it may last.</param>
internal sealed record StoreLockNotReleased(string Reason, TimeSpan Life) : StoreEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The authority refused the refresh token, but another process has stored a newer token, which is used.</summary>
internal sealed record RefusedTokenReplaced(string Fingerprint) : StoreEvent;

/// <summary>The store is away, so this process requests a token of its own, which is not stored.</summary>
/// <param name="Reason">The reason, as a sentence.</param>
internal sealed record StoreBypassed(string Reason) : StoreEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>An entry of a store cannot be used. The next token replaces it.</summary>
/// <param name="Reason">The reason, as a clause.</param>
internal sealed record StoredEntryIgnored(string Reason) : StoreEvent
{
    public override EventLevel Level => EventLevel.Warning;
}
