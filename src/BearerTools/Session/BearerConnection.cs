using BearerTools.Composition;

namespace BearerTools;

/// <summary>A connection: the identity that requests are sent with, and the API they go to. Contains no secrets.</summary>
public sealed class BearerConnection
{
    internal BearerConnection(Connection connection)
    {
        var token = connection.Tokens.Current;
        var metadata = connection.Tokens.Source.Metadata;
        Connection = connection;
        Profile = connection.Profile;
        BaseUri = connection.BaseUri;
        BaseUriPath = connection.BaseUriPath;
        TokenSentAs = connection.Placement.Shown(token?.TokenType ?? metadata.TokenType);
        Origins = [.. connection.Origins.Allowed.Select(origin => origin.ToString())];
        Flow = metadata.Flow;
        Authority = token?.Authority ?? metadata.Authority;
        ClientId = token?.ClientId ?? metadata.ClientId;
        Account = token?.Account ?? metadata.Account;
        Scopes = token?.Scopes ?? metadata.Scopes;
        ExpiresOn = token?.ExpiresOn;
        CanRenew = connection.Tokens.CanRenew;
        Fingerprint = token?.Fingerprint;
        Store = TokenStores.KindOf(connection.Tokens.Source, token);
    }

    /// <summary>Name of the profile that the connection was made with, or <see langword="null"/>.</summary>
    public string? Profile { get; }

    /// <summary>The user or service that the token stands for, or <see langword="null"/> if unknown.</summary>
    public string? Account { get; }

    /// <summary>Issuer of the token, or the address of the login or token endpoint.</summary>
    public string? Authority { get; }

    /// <summary>The client that the token was issued to.</summary>
    public string? ClientId { get; }

    /// <summary>The flow that the token was obtained with, such as <c>ClientCredentials</c>.</summary>
    public string? Flow { get; }

    /// <summary>The granted scopes.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>Base address of relative addresses, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; }

    /// <summary>Where and how the token is sent, such as <c>Authorization: SSWS</c> or <c>X-Auth-Token</c>.</summary>
    public string TokenSentAs { get; }

    /// <summary>Path in the token response that the base address comes from, or <see langword="null"/>.</summary>
    public string? BaseUriPath { get; }

    /// <summary>The origins that the token may be sent to. If there are none, requests need absolute addresses.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>Expiry time of the current token, or <see langword="null"/> if the issuer does not state one.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>True if the token can be renewed without user interaction.</summary>
    public bool CanRenew { get; }

    /// <summary>Keyed fingerprint of the current token; identifies it in logs without revealing it.</summary>
    public string? Fingerprint { get; }

    /// <summary>Where the token is stored; <c>Memory</c> for this process only.</summary>
    public StoreKind Store { get; }

    internal Connection Connection { get; }

    /// <summary>The account or client, and the base address.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() =>
        $"{Account ?? ClientId ?? Flow} at "
        + $"{BaseUri?.AbsoluteUri ?? (Origins.Count > 0 ? string.Join(", ", Origins) : "absolute addresses")}";
}
