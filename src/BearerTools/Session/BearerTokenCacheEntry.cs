using BearerTools.Tokens;

namespace BearerTools;

/// <summary>One token that the process holds, without anything secret.</summary>
public sealed class BearerTokenCacheEntry
{
    private readonly TokenEntry _entry;

    internal BearerTokenCacheEntry(TokenEntry entry, bool isCurrent)
    {
        _entry = entry;
        var token = entry.Current;
        IsCurrent = isCurrent;
        Flow = entry.Source.Metadata.Flow;
        Authority = token?.Authority ?? entry.Source.Metadata.Authority;
        ClientId = token?.ClientId ?? entry.Source.Metadata.ClientId;
        Account = token?.Account;
        Scopes = token?.Scopes ?? entry.Source.Metadata.Scopes;
        ExpiresOn = token?.ExpiresOn;
        Fingerprint = token?.Fingerprint;
        CanRenew = entry.CanRenew;
    }

    /// <summary>Whether Invoke-BearerRequest uses it when no token is given.</summary>
    public bool IsCurrent { get; }

    /// <summary>How it was got.</summary>
    public string? Flow { get; }

    /// <summary>Who issued it.</summary>
    public string? Authority { get; }

    /// <summary>The client it was issued to.</summary>
    public string? ClientId { get; }

    /// <summary>Whom it stands for, where that is known.</summary>
    public string? Account { get; }

    /// <summary>The scopes that were granted.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>When it ends, or nothing when that is unknown.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>A name for the token that tells nothing of it.</summary>
    public string? Fingerprint { get; }

    /// <summary>Whether it is renewed without a person.</summary>
    public bool CanRenew { get; }

    internal AccessToken? Current => _entry.Current;
}
