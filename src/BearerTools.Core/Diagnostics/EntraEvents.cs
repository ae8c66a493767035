namespace BearerTools.Diagnostics;

/// <summary>A step of a token request to Microsoft Entra ID.</summary>
internal abstract record EntraEvent : DiagnosticEvent;

/// <summary>A client assertion is read.</summary>
internal sealed record AssertionRead(string? Place) : EntraEvent;

/// <summary>A client assertion is requested from the build service.</summary>
internal sealed record AssertionRequested(Uri Endpoint) : EntraEvent;

/// <summary>The user's script block is run for a client assertion.</summary>
internal sealed record AssertionScriptStarted : EntraEvent;

/// <summary>The default chain uses an identity.</summary>
internal sealed record IdentityChosen(string Identity) : EntraEvent;

/// <summary>The default chain skips an identity.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Reason">The reason, as a clause.</param>
internal sealed record IdentitySkipped(string Identity, string Reason) : EntraEvent;

/// <summary>A token is requested for an account that has logged in before.</summary>
/// <param name="Authority">The authority.</param>
/// <param name="Account">The user name, or <see langword="null"/> if MSAL no longer knows the account.</param>
internal sealed record AccountTokenRequested(Uri Authority, string? Account) : EntraEvent;

/// <summary>Entra ID requires a new login of the account.</summary>
internal sealed record AccountLoginRequired(string ErrorCode) : EntraEvent;

/// <summary>A token is requested from the platform for its managed identity.</summary>
/// <param name="Identity">The id of a user-assigned identity, or <see langword="null"/> for the system-assigned one.</param>
/// <param name="Resource">The resource that the token is for.</param>
internal sealed record ManagedIdentityRequested(string? Identity, string Resource) : EntraEvent;

/// <summary>Entra ID or the platform responded to a request of MSAL.</summary>
internal sealed record AuthorityResponded(HttpMethod Method, Uri Address, int StatusCode, TimeSpan Duration) : EntraEvent;
