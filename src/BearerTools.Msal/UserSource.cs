using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Base class of flows that need a user the first time. After that, the cached account renews the token without interaction
/// until Entra ID requires another sign-in.
/// </summary>
internal abstract class UserSource(EntraServices services, string flow, EntraClient client)
    : EntraSource(services, ClientMetadata.Of(flow, client))
{
    /// <summary>False before the first sign-in; after that, the account in the result makes the token renewable.</summary>
    public override bool CanRenew => false;

    protected EntraClient Client => client;

    protected override bool KeepsAccounts => true;

    protected override string Requester => ClientMetadata.Name(client);

    /// <summary>The command that starts a new sign-in.</summary>
    protected abstract string Command { get; }

    protected sealed override async Task<AuthenticationResult> RequestTokenAsync(TokenResult? previous, MsalRequest request,
        CancellationToken cancel)
    {
        var claims = request.Context.Claims;
        if (previous?.AccountId is { } id)
        {
            try
            {
                return await SilentLogin.RenewAsync(request, client, id, cancel).ConfigureAwait(false);
            }
            catch (MsalUiRequiredException e)
            {
                if (request.Context.UserPrompt is not { UnavailableReason: null }) throw SignInExpired(request.Http, e);
                if (request.Context.Events.IsEnabled(EventLevel.Verbose))
                    request.Context.Events.Write(new AccountLoginRequired(e.ErrorCode));
                // The refusal contains the claims that Entra ID requires this time.
                claims = string.IsNullOrEmpty(e.Claims) ? claims : e.Claims;
            }
        }

        if (request.Context.UserPrompt is not { } prompt) throw LoginRequired();
        if (prompt.UnavailableReason is { } reason) throw NonInteractive(reason);
        return await LogInAsync(prompt, request, claims, cancel).ConfigureAwait(false);
    }

    protected abstract Task<AuthenticationResult> LogInAsync(
        IUserPrompt prompt, MsalRequest request, string? claims, CancellationToken cancel);

    private BearerTokenException SignInExpired(MsalHttp http, MsalUiRequiredException cause)
    {
        var refused = MsalErrors.Of(cause, http, Requester, Refused);
        return refused.Within(refused.ErrorId, refused.Message,
            $"The sign-in has expired. Sign in again with Update-BearerToken or {Command}.");
    }

    private BearerTokenException LoginRequired() => new("There is no token yet, and this flow requires interactive sign-in.")
    {
        ErrorId = "LoginRequired",
        NextStep = $"Sign in first with {Command}.",
    };

    private BearerTokenException NonInteractive(string reason) => new($"Interactive sign-in is not possible: {reason}.")
    {
        ErrorId = "NotInteractive",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Run {Command} in an interactive session, or use a non-interactive flow: -ManagedIdentity, or a client with a "
            + "certificate or a secret.",
    };
}
