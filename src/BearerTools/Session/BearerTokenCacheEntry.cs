using BearerTools.Composition;
using BearerTools.Tokens;

namespace BearerTools;

/// <summary>An entry of the token cache. Contains no secrets.</summary>
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
        Store = TokenStores.KindOf(entry.Source, token);
        StoredOn = TokenStores.StoredOn(entry.Source, token);
    }

    /// <summary>True if it is the token of the current connection, which Invoke-BearerRequest uses by default.</summary>
    public bool IsCurrent { get; }

    /// <summary>The flow that the token was obtained with.</summary>
    public string? Flow { get; }

    /// <summary>Issuer of the token.</summary>
    public string? Authority { get; }

    /// <summary>The client that the token was issued to.</summary>
    public string? ClientId { get; }

    /// <summary>The user or service that the token stands for, or <see langword="null"/> if unknown.</summary>
    public string? Account { get; }

    /// <summary>The granted scopes.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>Expiry time, or <see langword="null"/> if the issuer does not state one.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>Keyed fingerprint; identifies the token in logs without revealing it.</summary>
    public string? Fingerprint { get; }

    /// <summary>True if the token can be renewed without user interaction.</summary>
    public bool CanRenew { get; }

    /// <summary>Where the token is stored; <c>Memory</c> for this process only.</summary>
    public StoreKind Store { get; }

    /// <summary>
    /// Time when the token was stored, the same in all processes that use it; <see langword="null"/> if it is in memory only.
    /// </summary>
    public DateTimeOffset? StoredOn { get; }

    internal AccessToken? Current => _entry.Current;
}
