using BearerTools.Security;
using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// A token by a user's name and password (RFC 6749 section 4.3), which RFC 9700 section 2.4 says must not be used: for
/// authorities that offer nothing else.
/// </summary>
internal sealed class PasswordSource : OAuthSource
{
    public const string Flow = "Password";

    private readonly RejectedLogins _rejected;
    private readonly string _userName;
    private readonly Secret _password;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public PasswordSource(OAuthClient client, RejectedLogins rejected, string userName, Secret password, GrantScope scope) : base(Flow, client, scope, userName)
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
        if (await RefreshTokenRequest.TryAsync(endpoint, context.Previous, Scope, Metadata, events, cancel).ConfigureAwait(false) is { } refreshed) return refreshed;

        // A password that was refused is not sent again by itself: that locks accounts.
        _rejected.Check(Key, $"{TokenEndpoint.Who} {OAuthBackchannel.Show(endpoint.Address)}");
        try
        {
            var response = await endpoint.RequestAsync(
                [new(Words.GrantType, OAuthConstants.Grant.Password), new(Words.UserName, _userName), new(Words.Password, _password.Reveal()), .. Scope.ToParameters()], events, cancel).ConfigureAwait(false);
            return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            var error = new BearerTokenException(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
            {
                ErrorUri = e.ErrorUri,
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = "Check the user name and the password. An account with a second factor cannot log in this way: use -Interactive or -DeviceCode.",
            };
            _rejected.Remember(Key, error);
            throw error;
        }
    }

    protected override void AddTo(TokenKey.Builder key) => key.Add("account", _userName).AddSecret("password", _password);
}
