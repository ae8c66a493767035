using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Gets a token on behalf of the user whose token the client received
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow).
/// </summary>
/// <exception cref="BearerTokenException">The options are invalid.</exception>
internal sealed class OnBehalfOfSource(EntraServices services, EntraClient client, TokenReference user)
    : ConfidentialSource(services, "OnBehalfOf", client)
{
    protected override async Task<AuthenticationResult> RequestTokenAsync(IConfidentialClientApplication application, MsalRequest request,
        CancellationToken cancel)
    {
        var token = await user.ReadAsync(request.Context.Events, cancel).ConfigureAwait(false);
        return await application.AcquireTokenOnBehalfOf(Client.Scopes, new UserAssertion(token.Reveal()))
            .WithClaims(request.Context.Claims).ExecuteAsync(cancel).ConfigureAwait(false);
    }

    public override bool HasOtherCredential => user.HasChanged;

    protected override void AddTo(TokenKey.Builder key)
    {
        Client.AddTo(key);
        key.AddIdentifyingSecret("user", user.First, user.Place);
    }
}
