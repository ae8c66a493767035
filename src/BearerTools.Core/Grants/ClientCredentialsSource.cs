using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A token for the client itself (RFC 6749 section 4.4). Renewed by asking again: no refresh token is used (section 4.4.3).</summary>
internal sealed class ClientCredentialsSource : ITokenSource
{
    public const string Flow = "ClientCredentials";

    private readonly OAuthClient _client;
    private readonly GrantScope _scope;

    /// <exception cref="BearerTokenException">What was given is not enough, or cannot be used.</exception>
    public ClientCredentialsSource(OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions client, GrantScope scope)
    {
        if (client is { Secret: null, Key: null, AuthenticationMethod: null })
        {
            throw new BearerTokenException($"The client {ServerText.Clean(client.ClientId, 100)} has nothing to prove who it is, which this flow needs.")
            {
                ErrorId = "ClientSecretMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give its secret, a reference to it such as env:NAME or file:PATH, or its private key.",
            };
        }

        scope.Check();
        _client = new OAuthClient(backchannel, discovery, client);
        _scope = scope;
        Facts = new TokenFacts { Flow = Flow, Authority = _client.Authority, ClientId = client.ClientId, Scopes = scope.Scopes };
        var key = new TokenKey.Builder().Add("flow", Flow);
        _client.AddTo(key);
        scope.AddTo(key);
        Key = key.Build();
    }

    public TokenKey Key { get; }

    public TokenFacts Facts { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins => [];

    public ITokenAuthority Authority => _client;

    public async Task<TokenAnswer> AcquireAsync(TokenAnswer? previous, Action<string>? say, CancellationToken cancel)
    {
        var endpoint = await _client.ConnectAsync(say, cancel);
        var response = await endpoint.RequestAsync(
            [new(OAuthWords.Parameter.GrantType, OAuthWords.Grant.ClientCredentials), .. _scope.ToParameters()], say, cancel);
        return new TokenAnswer(response.ToToken(Facts));
    }
}
