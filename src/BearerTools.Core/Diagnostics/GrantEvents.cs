namespace BearerTools.Diagnostics;

/// <summary>A step of getting a token from its issuer.</summary>
internal abstract record GrantEvent : DiagnosticEvent;

/// <summary>The metadata of an authority was read.</summary>
internal sealed record MetadataRead(string Authority, Uri Source) : GrantEvent;

/// <summary>A client asks an authority for a token.</summary>
internal sealed record TokenRequested(Uri Endpoint, string ClientId) : GrantEvent;

/// <summary>A client asks another endpoint of its authority, such as that of device authorization.</summary>
internal sealed record ClientRequestSent(Uri Endpoint, string ClientId) : GrantEvent;

/// <summary>A GitHub App asks for a token of an installation.</summary>
internal sealed record AppTokenRequested(Uri Endpoint, string AppId) : GrantEvent;

/// <summary>Credentials are posted to a login of the API's own.</summary>
internal sealed record LoginStarted(Uri Endpoint) : GrantEvent;

/// <summary>A token that the user gave is read from its place again.</summary>
internal sealed record GivenTokenRead(string Place) : GrantEvent;

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

/// <summary>An authority is asked to end a token (RFC 7009).</summary>
/// <param name="Fingerprint">The access token, or <see langword="null"/> for the refresh token.</param>
/// <param name="ExpiresOn">Expiry time of the access token, if it is known.</param>
internal sealed record RevocationStarted(string? Fingerprint, DateTimeOffset? ExpiresOn) : GrantEvent;

/// <summary>An authority is asked about a token (RFC 7662).</summary>
internal sealed record IntrospectionStarted(string Fingerprint) : GrantEvent;
