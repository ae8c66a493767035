using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// What ways have in common that need a person the first time. From then on the account is kept, and renews the token
/// without asking, until Entra ID wants to see the person again.
/// </summary>
internal abstract class UserSource(EntraServices services, string flow, EntraClient client) : EntraSource(services, ClientMetadata.Of(flow, client))
{
    /// <summary>Only once there is an account, which the answer then says.</summary>
    public override bool CanRenew => false;

    protected EntraClient Client => client;

    protected override bool KeepsAccounts => true;

    protected override string Asker => ClientMetadata.Name(client);

    /// <summary>The command line of a new login.</summary>
    protected abstract string Command { get; }

    protected sealed override async Task<AuthenticationResult> AskAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel)
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
                if (request.Context.UserPrompt is not { UnavailableReason: null }) throw Over(request.Http, e);
                if (request.Context.Events.IsEnabled(EventLevel.Verbose)) request.Context.Events.Write(new AccountLoginRequired(e.ErrorCode));
                // What Entra wants to see this time comes with its refusal.
                claims = string.IsNullOrEmpty(e.Claims) ? claims : e.Claims;
            }
        }

        if (request.Context.UserPrompt is not { } prompt) throw LoginRequired();
        if (prompt.UnavailableReason is { } unavailable) throw NonInteractive(unavailable);
        return await LogInAsync(prompt, request, claims, cancel).ConfigureAwait(false);
    }

    protected abstract Task<AuthenticationResult> LogInAsync(IUserPrompt prompt, MsalRequest request, string? claims, CancellationToken cancel);

    private BearerTokenException Over(MsalHttp http, MsalUiRequiredException cause)
    {
        var refused = MsalErrors.Of(cause, http, Asker, Refused);
        return refused.Within(refused.ErrorId, refused.Message, $"The login is over. Log in again with Update-BearerToken, or with {Command}.");
    }

    private BearerTokenException LoginRequired() => new("There is no token yet, and getting one needs a person.")
    {
        ErrorId = "LoginRequired",
        NextStep = $"Log in first with {Command}.",
    };

    private BearerTokenException NonInteractive(string unavailable) => new($"This way to a token needs a person, and nobody is asked here: {unavailable}.")
    {
        ErrorId = "NotInteractive",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Run {Command} at a prompt, or use a way that needs nobody: -ManagedIdentity, or a client with a certificate or a secret.",
    };
}
