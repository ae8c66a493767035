using BearerTools.Diagnostics;
using BearerTools.Entra;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>A new token from an account that is kept, without asking anyone.</summary>
internal static class SilentLogin
{
    /// <param name="request">The request at hand.</param>
    /// <param name="client">The client that the account belongs to.</param>
    /// <param name="accountId">MSAL's own name for the account.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="MsalUiRequiredException">The account is gone, or Entra ID wants to see the person.</exception>
    public static async Task<AuthenticationResult> RenewAsync(MsalRequest request, EntraClient client, string accountId, CancellationToken cancel)
    {
        var application = request.Public(client);
        return await AskAsync(request, client, application, await application.GetAccountAsync(accountId).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    /// <summary>Always a new one: what is still good has been looked for already, in this module's own cache.</summary>
    public static Task<AuthenticationResult> AskAsync(MsalRequest request, EntraClient client, IPublicClientApplication application, IAccount? account, CancellationToken cancel)
    {
        if (request.Context.Events.IsEnabled(EventLevel.Verbose))
            request.Context.Events.Write(new AccountTokenRequested(client.Authority.Address, account?.Username));
        return application.AcquireTokenSilent(client.Scopes, account).WithForceRefresh(true).WithClaims(request.Context.Claims).ExecuteAsync(cancel);
    }
}
