namespace BearerTools.Diagnostics;

/// <summary>A step of a token request.</summary>
internal abstract record GrantEvent : DiagnosticEvent;

/// <summary>The metadata of an authority was read.</summary>
internal sealed record MetadataRead(string Authority, Uri Source) : GrantEvent;

/// <summary>A client requests a token from an authority.</summary>
internal sealed record TokenRequested(Uri Endpoint, string ClientId) : GrantEvent;

/// <summary>A client sends a request to another endpoint of its authority, such as that of device authorization.</summary>
internal sealed record ClientRequestSent(Uri Endpoint, string ClientId) : GrantEvent;

/// <summary>A GitHub App requests a token for an installation.</summary>
internal sealed record AppTokenRequested(Uri Endpoint, string AppId) : GrantEvent;

/// <summary>Credentials are posted to an API's own login.</summary>
internal sealed record LoginStarted(Uri Endpoint) : GrantEvent;

/// <summary>A given token is read again from its reference.</summary>
internal sealed record GivenTokenRead(string Place) : GrantEvent;

/// <summary>A secret is read from a program or a vault.</summary>
/// <param name="Place">Its reference, without anything secret.</param>
internal sealed record SecretRead(string Place) : GrantEvent;

/// <summary>The authority replaced a refresh token, and the new one could not be stored where the old one is.</summary>
/// <param name="Place">The reference, without anything secret.</param>
/// <param name="Reason">The error, as a sentence.</param>
internal sealed record SecretNotStored(string Place, string Reason) : GrantEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The token endpoint requires its nonce in the DPoP proof (RFC 9449 section 8).</summary>
internal sealed record AuthorityNonceRequired : GrantEvent;

/// <summary>The authority refused the refresh token.</summary>
/// <param name="Error">The authority's error.</param>
/// <param name="NextFlow">The flow that is used instead, or <see langword="null"/> if the user has to log in again.</param>
internal sealed record RefreshTokenRefused(string? Error, string? NextFlow) : GrantEvent;

/// <summary>The authority asks for slower polling while the user confirms a device code.</summary>
internal sealed record DevicePollingSlowed(TimeSpan Interval) : GrantEvent;

/// <summary>A poll for the result of a device code failed and is repeated.</summary>
internal sealed record DevicePollFailed(string Error, TimeSpan Delay) : GrantEvent;

/// <summary>An authority is asked to revoke a token (RFC 7009).</summary>
/// <param name="Fingerprint">The access token, or <see langword="null"/> for the refresh token.</param>
/// <param name="ExpiresOn">Expiry time of the access token, or <see langword="null"/> if unknown.</param>
internal sealed record RevocationStarted(string? Fingerprint, DateTimeOffset? ExpiresOn) : GrantEvent;

/// <summary>An authority is asked to introspect a token (RFC 7662).</summary>
internal sealed record IntrospectionStarted(string Fingerprint) : GrantEvent;

/// <summary>A request to an authority failed with a transient fault and is repeated. A long wait is a warning.</summary>
/// <param name="Fault">The fault, as a sentence.</param>
/// <param name="Delay">The time until the next attempt.</param>
internal sealed record AuthorityRetried(string Fault, TimeSpan Delay) : GrantEvent
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(5);

    public override EventLevel Level => LevelOf(Delay);

    public static EventLevel LevelOf(TimeSpan delay) => delay > s_long ? EventLevel.Warning : EventLevel.Verbose;
}
