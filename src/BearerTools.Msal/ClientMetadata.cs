using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Msal;

/// <summary>Describes a client for metadata and messages.</summary>
internal static class ClientMetadata
{
    public static TokenMetadata Of(string flow, EntraClient client) =>
        new() { Flow = flow, Authority = client.Authority.Address.AbsoluteUri, ClientId = client.ClientId, Scopes = client.Scopes };

    public static string Name(EntraClient client) => $"the client {ServerText.Clean(client.ClientId, 100)}";
}
