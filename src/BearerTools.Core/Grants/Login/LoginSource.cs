using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>
/// What ways to a token have in common that need a person: nobody is asked who is not there, and where a refresh token
/// came along it is used first.
/// </summary>
internal abstract class LoginSource : OAuthSource
{
    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    protected LoginSource(string flow, OAuthClient client, GrantScope scope) : base(flow, client, scope)
    {
    }

    public override bool CanRenew => false;

    /// <summary>Whether an ID token is asked for.</summary>
    protected bool IsOpenId => Scope.Scopes.Contains(OAuthConstants.Authorization.OpenIdScope, StringComparer.Ordinal);

    /// <summary>The command line of a new login.</summary>
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
                return await RefreshTokenRequest.SendAsync(endpoint, refreshToken, Scope, known, context.Events, cancel).ConfigureAwait(false);
            }
            catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
            {
                if (prompt is not { UnavailableReason: null }) throw RefreshRefused(e);
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new RefreshTokenRefused(e.Details, null));
            }
        }

        if (prompt is null) throw LoginRequired(previous);
        if (prompt.UnavailableReason is { } unavailable) throw NonInteractive(unavailable);
        return await LogInAsync(prompt, context.Events, cancel).ConfigureAwait(false);
    }

    protected abstract Task<TokenResult> LogInAsync(IUserPrompt prompt, IEventSink events, CancellationToken cancel);

    private BearerTokenException RefreshRefused(BearerTokenException e) => new(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
    {
        ErrorUri = e.ErrorUri,
        ErrorId = e.ErrorId,
        Kind = e.Kind,
        NextStep = $"The login is over. Log in again with Update-BearerToken, or with {Command}.",
    };

    private BearerTokenException LoginRequired(TokenResult? previous) =>
        new(previous is null ? "There is no token yet, and getting one needs a person." : "The token cannot be renewed: no refresh token came with it.")
        {
            ErrorId = "LoginRequired",
            NextStep = $"Log in {(previous is null ? "first" : "again with Update-BearerToken, or")} with {Command}. Many authorities give a refresh token for the scope offline_access.",
        };

    private BearerTokenException NonInteractive(string unavailable) => new($"This way to a token needs a person, and nobody is asked here: {unavailable}.")
    {
        ErrorId = "NotInteractive",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Run {Command} at a prompt, or use a way that needs nobody, such as a client with a secret or a key.",
    };
}
