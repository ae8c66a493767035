using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthWords.Parameter;

namespace BearerTools.Grants;

/// <summary>A token by an assertion that says whom it is for (RFC 7523 section 2.1): one from elsewhere, or one signed here.</summary>
internal sealed class JwtBearerSource : ITokenSource
{
    public const string Flow = "JwtBearer";

    private readonly OAuthClient _client;
    private readonly GrantAssertion _assertion;
    private readonly GrantScope _scope;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public JwtBearerSource(OAuthClient client, GrantAssertion assertion, GrantScope scope)
    {
        scope.Check();
        _client = client;
        _assertion = assertion;
        _scope = assertion.HoldsScopes ? scope with { Scopes = [] } : scope;
        Facts = new TokenFacts { Flow = Flow, Authority = client.Authority, ClientId = client.ClientId, Scopes = scope.Scopes, Account = assertion.Account };
        var key = new TokenKey.Builder().Add("flow", Flow);
        assertion.AddTo(key);
        client.AddTo(key);
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
        if (await RefreshTokenRequest.TryAsync(endpoint, previous, _scope, Facts, say, cancel) is { } refreshed) return refreshed;
        var assertion = await _assertion.MakeAsync(endpoint, say, cancel);
        var response = await endpoint.RequestAsync(
            [new(Words.GrantType, OAuthWords.Grant.JwtBearer), new(Words.Assertion, assertion.Reveal()), .. _scope.ToParameters()], say, cancel);
        return new TokenAnswer(response.ToToken(Facts), response.RefreshToken);
    }
}
