using BearerTools.Tokens;

namespace BearerTools;

/// <summary>Whether a token will do, and why not: what <c>Test-BearerToken -Detailed</c> gives. Nothing in it is secret.</summary>
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

    /// <summary>What the command gives without <c>-Detailed</c>.</summary>
    public bool Result { get; }

    /// <summary>Why not, a sentence each; empty when it will do.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>Whether it is active by its authority's word (RFC 7662 section 2.2); nothing without <c>-Online</c>.</summary>
    public bool? IsActive { get; }

    /// <summary>When it ends, or nothing when nobody says so.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>How long it lives from now on, or nothing when nobody says when it ends.</summary>
    public TimeSpan? RemainingLifetime { get; }

    /// <summary>For whom it is; empty when that cannot be seen.</summary>
    public IReadOnlyList<string> Audience { get; }

    /// <summary>What it may do, as far as it can be seen.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>What the authority told of it (with <c>-Online</c>), or what it says itself when it is a JWT.</summary>
    public IReadOnlyDictionary<string, object?>? Claims { get; }

    /// <summary>Who issued it, where that is known.</summary>
    public string? Authority { get; }

    /// <summary>A name for the token that tells nothing of it.</summary>
    public string? Fingerprint { get; }
}
