using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>
/// Base class of flows that need a user. A refresh token, if there is one, is used first; the user is asked only in
/// interactive sessions.
/// </summary>
internal abstract class LoginSource : OAuthSource
{
    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    protected LoginSource(string flow, OAuthClient client, GrantScope scope) : base(flow, client, scope)
    {
    }

    public override bool CanRenew => false;

    /// <summary>True if an ID token is requested.</summary>
    protected bool IsOpenId => Scope.Scopes.Contains(OAuthConstants.Authorization.OpenIdScope, StringComparer.Ordinal);

    /// <summary>The command that starts a new sign-in.</summary>
    protected abstract string Command { get; }

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var (previous, prompt) = (context.Previous, context.UserPrompt);
        if (previous?.RefreshToken is { } refreshToken)
        {
            try
            {
                var endpoint = await Client.ConnectAsync(context.Events, cancel).ConfigureAwait(false);
                var known = Metadata with { Account = previous.Token.Account, Scopes = previous.Token.Scopes };
                return await RefreshTokenRequest.SendAsync(
                    endpoint, refreshToken, Scope, known, context.Events, cancel).ConfigureAwait(false);
            }
            catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
            {
                if (prompt is not { UnavailableReason: null }) throw RefreshRefused(e);
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new RefreshTokenRefused(e.Details, null));
            }
        }

        if (prompt is null) throw LoginRequired(previous);
        if (prompt.UnavailableReason is { } reason) throw NonInteractive(reason);
        return await LogInAsync(prompt, context.Events, cancel).ConfigureAwait(false);
    }

    protected abstract Task<TokenResult> LogInAsync(IUserPrompt prompt, IEventSink events, CancellationToken cancel);

    private BearerTokenException RefreshRefused(BearerTokenException e) => new(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
    {
        ErrorUri = e.ErrorUri,
        ErrorId = e.ErrorId,
        Kind = e.Kind,
        NextStep = $"The sign-in has expired. Sign in again with Update-BearerToken or {Command}.",
    };

    private BearerTokenException LoginRequired(TokenResult? previous) =>
        new(previous is null
            ? "There is no token yet, and this flow requires interactive sign-in."
            : "The token cannot be renewed: the authority issued no refresh token.")
        {
            ErrorId = "LoginRequired",
            NextStep = $"Sign in {(previous is null ? "first" : "again with Update-BearerToken, or")} with {Command}. Many authorities "
                + "issue a refresh token for the scope offline_access.",
        };

    private BearerTokenException NonInteractive(string reason) => new($"Interactive sign-in is not possible: {reason}.")
    {
        ErrorId = "NotInteractive",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Run {Command} in an interactive session, or use a non-interactive flow, such as a client with a secret or a key.",
    };
}
