using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>An Entra ID client: its authority, credential and requested scopes.</summary>
internal sealed record EntraClient
{
    /// <summary>
    /// The Azure CLI: a public client that exists in every tenant and is trusted by Microsoft's own APIs. For interactive
    /// sign-in without a client registration; never for device codes, because phishers use it for those.
    /// </summary>
    public const string WellKnownId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

    public required EntraAuthority Authority { get; init; }

    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The credential; <see langword="null"/> for a public client.</summary>
    public ClientProof? Proof { get; init; }

    public void AddTo(TokenKey.Builder key)
    {
        key.Add("authority", Authority.Address).Add("client", ClientId).AddSet("scope", Scopes);
        Proof?.AddTo(key);
    }
}
