using BearerTools.Entra;
using BearerTools.Tokens;

namespace BearerTools.Msal;

/// <summary>A client as it is shown.</summary>
internal static class ClientFacts
{
    public static TokenFacts Of(string flow, EntraClient client) =>
        new() { Flow = flow, Authority = client.Authority.Address.AbsoluteUri, ClientId = client.ClientId, Scopes = client.Scopes };

    public static string Name(EntraClient client) => $"the client {ServerText.Clean(client.ClientId, 100)}";
}
