using BearerTools.Diagnostics;
using BearerTools.Entra;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>Gets a new token from a cached account without user interaction.</summary>
internal static class SilentLogin
{
    /// <param name="request">The current request.</param>
    /// <param name="client">The client that the account belongs to.</param>
    /// <param name="accountId">MSAL's identifier of the account.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="MsalUiRequiredException">The account is not cached any more, or Entra ID requires user interaction.</exception>
    public static async Task<AuthenticationResult> RenewAsync(
        MsalRequest request, EntraClient client, string accountId, CancellationToken cancel)
    {
        var application = request.Public(client);
        return await RequestTokenAsync(request, client, application, await application.GetAccountAsync(accountId).ConfigureAwait(false),
            cancel).ConfigureAwait(false);
    }

    /// <summary>Always requests a new token: this module's own cache has already been searched for a valid one.</summary>
    public static Task<AuthenticationResult> RequestTokenAsync(MsalRequest request, EntraClient client,
        IPublicClientApplication application, IAccount? account, CancellationToken cancel)
    {
        if (request.Context.Events.IsEnabled(EventLevel.Verbose))
            request.Context.Events.Write(new AccountTokenRequested(client.Authority.Address, account?.Username));
        return application.AcquireTokenSilent(client.Scopes, account)
            .WithForceRefresh(true).WithClaims(request.Context.Claims).ExecuteAsync(cancel);
    }
}
