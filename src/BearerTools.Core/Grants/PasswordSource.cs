using BearerTools.Security;
using BearerTools.Tokens;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token with a user name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this grant: only for
/// authorities that offer nothing else.
/// </summary>
internal sealed class PasswordSource : OAuthSource
{
    public const string Flow = "Password";

    private readonly RejectedLogins _rejected;
    private readonly string _userName;
    private readonly Secret _password;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public PasswordSource(OAuthClient client, RejectedLogins rejected, string userName, Secret password, GrantScope scope)
        : base(Flow, client, scope, userName)
    {
        _rejected = rejected;
        _userName = userName;
        _password = password;
    }

    public override void ForgetRejection() => _rejected.Forget(Key);

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        var refreshed = await RefreshTokenRequest.TryAsync(
            endpoint, context.Previous, Scope, Metadata, events, cancel).ConfigureAwait(false);
        if (refreshed is not null) return refreshed;

        // A rejected password is not sent again automatically, because that can lock the account.
        _rejected.Check(Key, $"{TokenEndpoint.DisplayName} {OAuthBackchannel.Show(endpoint.Address)}");
        try
        {
            var response = await endpoint.RequestAsync(
                [
                    new(Parameter.GrantType, OAuthConstants.Grant.Password),
                    new(Parameter.UserName, _userName),
                    new(Parameter.Password, _password.Reveal()),
                    .. Scope.ToParameters(),
                ],
                events, cancel).ConfigureAwait(false);
            return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            var error = new BearerTokenException(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
            {
                ErrorUri = e.ErrorUri,
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = "Check the user name and the password. An account with multifactor authentication cannot sign in with a "
                    + "password alone: use -Interactive or -DeviceCode.",
            };
            _rejected.Remember(Key, error);
            throw error;
        }
    }

    protected override void AddTo(TokenKey.Builder key) => key.Add("account", _userName).AddSecret("password", _password);
}
