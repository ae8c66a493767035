using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthWords.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// A token by a user's name and password (RFC 6749 section 4.3), which RFC 9700 section 2.4 says must not be used: for
/// authorities that offer nothing else.
/// </summary>
internal sealed class PasswordSource : ITokenSource
{
    public const string Flow = "Password";

    private readonly OAuthClient _client;
    private readonly RejectedLogins _rejected;
    private readonly string _userName;
    private readonly Secret _password;
    private readonly GrantScope _scope;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public PasswordSource(OAuthClient client, RejectedLogins rejected, string userName, Secret password, GrantScope scope)
    {
        scope.Check();
        _client = client;
        _rejected = rejected;
        _userName = userName;
        _password = password;
        _scope = scope;
        Facts = new TokenFacts { Flow = Flow, Authority = client.Authority, ClientId = client.ClientId, Account = userName, Scopes = scope.Scopes };
        var key = new TokenKey.Builder().Add("flow", Flow).Add("account", userName).AddSecret("password", password);
        client.AddTo(key);
        scope.AddTo(key);
        Key = key.Build();
    }

    public TokenKey Key { get; }

    public TokenFacts Facts { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins => [];

    public ITokenAuthority Authority => _client;

    public void ForgetRejection() => _rejected.Forget(Key);

    public async Task<TokenAnswer> AcquireAsync(TokenAnswer? previous, Action<string>? say, CancellationToken cancel)
    {
        var endpoint = await _client.ConnectAsync(say, cancel);
        if (await RefreshTokenRequest.TryAsync(endpoint, previous, _scope, Facts, say, cancel) is { } refreshed) return refreshed;

        // A password that was refused is not sent again by itself: that locks accounts.
        _rejected.Check(Key, $"{TokenEndpoint.Who} {OAuthBackchannel.Show(endpoint.Address)}");
        try
        {
            var response = await endpoint.RequestAsync(
                [new(Words.GrantType, OAuthWords.Grant.Password), new(Words.UserName, _userName), new(Words.Password, _password.Reveal()), .. _scope.ToParameters()], say, cancel);
            return new TokenAnswer(response.ToToken(Facts), response.RefreshToken);
        }
        catch (BearerTokenException e) when (e.Error == OAuthWords.Error.InvalidGrant)
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
}
