using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.Extensibility;

namespace BearerTools.Msal;

/// <summary>
/// Gets a token for a user who signs in with the system browser: authorization code with PKCE and a loopback redirect (RFC
/// 8252).
/// </summary>
internal sealed class InteractiveSource(EntraServices services, EntraClient client, EntraLogin login)
    : UserSource(services, "AuthorizationCode", client)
{
    protected override string Command =>
        $"Get-BearerToken -Interactive -TenantId {Client.Authority.Tenant}"
        + $"{(Client.ClientId == EntraClient.WellKnownId ? string.Empty : $" -ClientId {Client.ClientId}")}";

    protected override void AddTo(TokenKey.Builder key)
    {
        Client.AddTo(key);
        key.Add("redirect_uri", login.Redirect.Text).Add("login_hint", login.LoginHint).Add("prompt", login.Prompt);
    }

    protected override async Task<AuthenticationResult> LogInAsync(
        IUserPrompt prompt, MsalRequest request, string? claims, CancellationToken cancel)
    {
        using var listener = Listen(prompt);
        var redirectUri = listener?.RedirectUri ?? login.Redirect.Text;
        var builder = request.Public(Client, redirectUri)
            .AcquireTokenInteractive(Client.Scopes)
            .WithCustomWebUi(new UserBrowser(new LoginAtBrowser(prompt, Services.Browser, Services.Time), listener))
            .WithPrompt(PromptOf(login))
            .WithClaims(claims);
        if (login.LoginHint is { } hint) builder.WithLoginHint(hint);
        return await builder.ExecuteAsync(cancel).ConfigureAwait(false);
    }

    private LoopbackListener? Listen(IUserPrompt prompt)
    {
        if (login.Redirect.IsLoopback) return LoopbackListener.Start(login.Redirect);
        return prompt.HasBrowser ? throw RedirectAddress.NotLoopback(login.Redirect) : null;
    }

    /// <summary>
    /// Maps the prompt; without <c>NoPrompt</c>, MSAL shows the account picker even when a login hint names the account.
    /// </summary>
    private static Prompt PromptOf(EntraLogin login) => login.Prompt switch
    {
        "login" => Prompt.ForceLogin,
        "consent" => Prompt.Consent,
        "select_account" => Prompt.SelectAccount,
        _ => login.LoginHint is null ? Prompt.SelectAccount : Prompt.NoPrompt,
    };

    /// <summary>Replaces MSAL's own browser and listener with this module's.</summary>
    private sealed class UserBrowser(LoginAtBrowser browser, LoopbackListener? listener) : ICustomWebUi
    {
        public async Task<Uri> AcquireAuthorizationCodeAsync(Uri authorizationUri, Uri redirectUri, CancellationToken cancellationToken)
        {
            var query = await browser.GetCodeAsync(
                new EntraAttempt(authorizationUri, redirectUri.OriginalString), authorizationUri, listener,
                cancellationToken).ConfigureAwait(false);
            return AddressParser.TryBuild(new UriBuilder(redirectUri) { Query = query.Reveal() }, out var response) ? response
                : throw new BearerTokenException("The response to the sign-in is longer than this version of .NET supports.")
                {
                    ErrorId = "LoginResponseInvalid",
                    Kind = BearerErrorKind.InvalidData,
                    NextStep = "Run the command again.",
                };
        }
    }
}
