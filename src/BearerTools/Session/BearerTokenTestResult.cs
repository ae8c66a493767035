using BearerTools.Tokens;

namespace BearerTools;

/// <summary>Result of <c>Test-BearerToken -Detailed</c>: whether a token is usable, and if not, why. Contains no secrets.</summary>
public sealed class BearerTokenTestResult
{
    internal BearerTokenTestResult(AccessToken? token, TokenContent? content, IReadOnlyList<string> reasons, DateTimeOffset now)
    {
        Result = reasons.Count == 0;
        Reasons = reasons;
        Fingerprint = token?.Fingerprint;
        Authority = token?.Authority;
        IsActive = content?.IsActive;
        ExpiresOn = content?.ExpiresOn;
        RemainingLifetime = ExpiresOn is { } end ? (end > now ? end - now : TimeSpan.Zero) : null;
        Audience = content?.Audiences ?? [];
        Scopes = content?.Scopes ?? [];
        Claims = content?.Claims;
    }

    /// <summary>True if the token is usable; what the command returns without <c>-Detailed</c>.</summary>
    public bool Result { get; }

    /// <summary>Reasons why the token is not usable, one sentence each; empty if it is.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>
    /// True if the authority reports the token as active (RFC 7662 section 2.2); <see langword="null"/> without <c>-Online</c>.
    /// </summary>
    public bool? IsActive { get; }

    /// <summary>Expiry time, or <see langword="null"/> if the issuer does not state one.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>Time until expiry, or <see langword="null"/> if the expiry time is unknown.</summary>
    public TimeSpan? RemainingLifetime { get; }

    /// <summary>Audiences of the token; empty if unknown.</summary>
    public IReadOnlyList<string> Audience { get; }

    /// <summary>Scopes of the token; empty if unknown.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>Claims from the authority (with <c>-Online</c>), or those in the token if it is a JWT.</summary>
    public IReadOnlyDictionary<string, object?>? Claims { get; }

    /// <summary>Issuer of the token, or <see langword="null"/> if unknown.</summary>
    public string? Authority { get; }

    /// <summary>Keyed fingerprint; identifies the token in logs without revealing it.</summary>
    public string? Fingerprint { get; }
}
