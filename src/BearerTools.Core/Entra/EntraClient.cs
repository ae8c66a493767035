using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>A client of Entra ID: where it is known, how it proves itself, and what it asks for.</summary>
internal sealed record EntraClient
{
    /// <summary>
    /// The Azure CLI: a public client that every tenant knows and Microsoft's own APIs trust. For people at a browser who
    /// have no client of their own; never for device codes, which phishers like to send in its name.
    /// </summary>
    public const string WellKnownId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

    public required EntraAuthority Authority { get; init; }

    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Nothing for a public client.</summary>
    public ClientProof? Proof { get; init; }

    public void AddTo(TokenKey.Builder key)
    {
        key.Add("authority", Authority.Address).Add("client", ClientId).AddSet("scope", Scopes);
        Proof?.AddTo(key);
    }
}
