using BearerTools.Security;

namespace BearerTools.Diagnostics;

/// <summary>A decision that only explanations show: they say why, where the other events say what.</summary>
internal abstract record DecisionEvent : DiagnosticEvent
{
    public override EventLevel Level => EventLevel.Detail;
}

/// <summary>What selects the connection of a command.</summary>
internal enum ConnectionChoice
{
    /// <summary>The caller is connected, and the command line names nothing else.</summary>
    Connected,

    /// <summary><c>-Token</c>.</summary>
    Token,

    /// <summary><c>-Profile</c>.</summary>
    Profile,

    /// <summary>The environment variable BEARERTOOLS_PROFILE.</summary>
    Environment,

    /// <summary>The parameters of a token flow.</summary>
    Flow,

    /// <summary><c>-Credential</c>, with Basic authentication.</summary>
    Credential,
}

/// <summary>The connection of a command was selected.</summary>
/// <param name="Choice">What selects it.</param>
/// <param name="Profile">Its profile, or <see langword="null"/>.</param>
/// <param name="BaseUri">Its base address, or <see langword="null"/>.</param>
internal sealed record ConnectionChosen(ConnectionChoice Choice, string? Profile, Uri? BaseUri) : DecisionEvent;

/// <summary>Why a token is requested.</summary>
internal enum TokenReason
{
    /// <summary>The cache has none.</summary>
    First,

    /// <summary>The cached one has expired.</summary>
    Expired,

    /// <summary>The cached one expires soon.</summary>
    Renewal,

    /// <summary>The API rejected the cached one.</summary>
    Rejected,

    /// <summary>The user asks for a new one.</summary>
    Requested,
}

/// <summary>A token of the cache is used.</summary>
/// <param name="Fingerprint">The token.</param>
/// <param name="Flow">Name of the flow that it came from, or <see langword="null"/>.</param>
/// <param name="ExpiresOn">Expiry time, or <see langword="null"/> if the issuer does not state one.</param>
/// <param name="CanRenew">True if it can be renewed without user interaction.</param>
internal sealed record CachedTokenUsed(string Fingerprint, string? Flow, DateTimeOffset? ExpiresOn, bool CanRenew) : DecisionEvent;

/// <summary>A token is requested from its source.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Flow">Name of the flow, or <see langword="null"/>.</param>
/// <param name="Fingerprint">The token before it, or <see langword="null"/> if there was none.</param>
/// <param name="IsShared">True if a store is read first, where another process may have stored a token.</param>
internal sealed record TokenRequestStarted(TokenReason Reason, string? Flow, string? Fingerprint, bool IsShared = false) : DecisionEvent;

/// <summary>A request whose token the API rejected is sent once more.</summary>
/// <param name="Rejected">The rejected token.</param>
/// <param name="Fingerprint">The token that it is sent with now.</param>
/// <param name="NeedsClaims">True if the API asked for a token with certain claims.</param>
internal sealed record RejectedRequestRepeated(string Rejected, string Fingerprint, bool NeedsClaims) : DecisionEvent;

/// <summary>A message waited for the pace of its origin.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="Wait">The time that the message waited.</param>
/// <param name="Limit">The limit that processes share, as a clause; <see langword="null"/> if it is one of this process.</param>
internal sealed record PaceAwaited(Origin Origin, TimeSpan Wait, string? Limit = null) : DecisionEvent;

/// <summary>A message was sent over a connection to its origin.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="IsReused">True if the connection was open already.</param>
/// <param name="Connecting">The time for opening it, including TLS.</param>
/// <param name="Protocol">The version of HTTP, such as <c>1.1</c>.</param>
internal sealed record ConnectionUsed(Origin Origin, bool IsReused, TimeSpan Connecting, string Protocol) : DecisionEvent;

/// <summary>A request with a transient error status is not retried.</summary>
/// <param name="Method">HTTP method of the request.</param>
/// <param name="Address">Address of the request.</param>
/// <param name="StatusCode">Status of the response.</param>
/// <param name="Reason">Why, as a clause; <see langword="null"/> if repeating the request is not safe.</param>
internal sealed record RetryDeclined(HttpMethod Method, Uri Address, int StatusCode, string? Reason) : DecisionEvent;
