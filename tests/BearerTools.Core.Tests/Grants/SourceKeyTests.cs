using BearerTools.Entra.Chain;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

/// <summary>Sources that differ in something that matters never share a token.</summary>
public sealed class SourceKeyTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public void A_given_token_is_known_by_its_expiry_and_the_key_that_it_is_bound_to()
    {
        var text = TestTokens.TokenText();
        var key = new DPoPKey(_bench.Clock);
        TokenKey[] keys =
        [
            Given(new AccessToken(new Secret(text), new TokenMetadata())),
            Given(new AccessToken(new Secret(text), new TokenMetadata { ExpiresOn = _bench.Clock.GetUtcNow().AddHours(1) })),
            Given(new AccessToken(new Secret(text), new TokenMetadata { TokenType = DPoPKey.TokenType, ProofKey = key })),
            Given(new AccessToken(new Secret(text), new TokenMetadata { TokenType = DPoPKey.TokenType, ProofKey = new DPoPKey(_bench.Clock) })),
            Given(new AccessToken(new Secret(TestTokens.TokenText()), new TokenMetadata())),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, known => Assert.False(known.IsIdentityComplete));
    }

    [Fact]
    public void A_client_that_is_not_named_is_another() =>
        Assert.NotEqual(Client(new OAuthClientOptions { Authority = "https://id.example.com", ClientId = "ops" }), Client(new OAuthClientOptions { Authority = "https://id.example.com", ClientId = "ops", IsUnnamed = true }));

    [Fact]
    public void Parameters_are_part_of_the_identity_unless_their_name_says_that_they_are_secret()
    {
        Assert.NotEqual(Parameter("audience", "a").Identity, Parameter("audience", "b").Identity);
        Assert.Equal(Parameter("api_key", "a").Identity, Parameter("api_key", "b").Identity);
        Assert.NotEqual(Parameter("api_key", "a"), Parameter("api_key", "b"));
    }

    [Fact]
    public void A_rotated_client_secret_has_the_same_identity_and_another_key()
    {
        static OAuthClientOptions Options() => new() { Authority = "https://id.example.com", ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) };

        Assert.NotEqual(Client(Options()), Client(Options()));
        Assert.Equal(Client(Options()).Identity, Client(Options()).Identity);
        Assert.True(Client(Options()).IsIdentityComplete);
    }

    [Fact]
    public void A_chain_with_an_identity_that_is_set_up_incompletely_is_another() =>
        Assert.NotEqual(new DefaultChain([new TestLink(false)], []).Key, new DefaultChain([new TestLink(true)], []).Key);

    public void Dispose() => _bench.Dispose();

    private static TokenKey Parameter(string name, string value)
    {
        var key = new TokenKey.Builder();
        new GrantScope { AdditionalParameters = [new(name, value)] }.AddTo(key);
        return key.Build();
    }

    private TokenKey Given(AccessToken token) => new GivenTokenSource(token, _bench.Clock).Key;

    private TokenKey Client(OAuthClientOptions options)
    {
        var key = new TokenKey.Builder();
        new OAuthClient(_bench.Backchannel, _bench.Discovery, options).AddTo(key);
        return key.Build();
    }

    private sealed class TestLink(bool isFaulty) : ChainLink
    {
        public override string Name => "Environment";

        public override ITokenSource? Source => null;

        public override bool IsFaulty => isFaulty;

        public override ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) => new("it is not set up");
    }
}
