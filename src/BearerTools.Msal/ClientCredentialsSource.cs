using BearerTools.Entra;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>A token for the client itself (RFC 6749 section 4.4).</summary>
internal sealed class ClientCredentialsSource : ConfidentialSource
{
    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public ClientCredentialsSource(EntraServices services, EntraClient client) : base(services, "ClientCredentials", client) =>
        EntraScope.RequireDefaultScope(client.Scopes);

    protected override Task<AuthenticationResult> RequestTokenAsync(IConfidentialClientApplication application, MsalRequest request,
        CancellationToken cancel) =>
        application.AcquireTokenForClient(Client.Scopes).WithClaims(request.Context.Claims).ExecuteAsync(cancel);

    protected override void AddTo(TokenKey.Builder key) => Client.AddTo(key);
}
