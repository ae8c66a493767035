using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class DPoPKeyTests
{
    private static readonly Uri s_address = new("https://API.example.com/v1/us%C3%A9rs?secret=1#part");

    private readonly TestClock _clock = new();
    private readonly DPoPKey _key;

    public DPoPKeyTests() => _key = new DPoPKey(_clock);

    [Fact]
    public void A_proof_names_the_public_key_and_is_signed_with_the_private_one()
    {
        var proof = ReadProof.Of(_key.Prove("GET", s_address, null));

        Assert.True(proof.IsSignedByItsKey);
        Assert.Equal("dpop+jwt", proof.Header.GetProperty("typ").GetString());
        Assert.Equal("ES256", proof.Header.GetProperty("alg").GetString());
        Assert.Equal(["crv", "kty", "x", "y"], proof.Header.GetProperty("jwk").EnumerateObject().Select(member => member.Name));
        Assert.Equal(_key.Thumbprint, proof.Thumbprint);
    }

    [Fact]
    public void A_proof_is_for_one_method_and_address_without_query_and_fragment_and_for_now()
    {
        var proof = ReadProof.Of(_key.Prove("PATCH", s_address, "n-1"));

        Assert.Equal("PATCH", proof["htm"]);
        Assert.Equal("https://api.example.com/v1/us%C3%A9rs", proof["htu"]);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), proof["iat"]);
        Assert.Equal("n-1", proof["nonce"]);
    }

    [Theory]
    [InlineData("https://api.example.com:443", "https://api.example.com/")]
    [InlineData("https://api.example.com:8443/a", "https://api.example.com:8443/a")]
    [InlineData("http://[::1]:5000/a", "http://[::1]:5000/a")]
    [InlineData("https://bücher.example/a", "https://xn--bcher-kva.example/a")]
    public void The_address_is_the_one_that_the_server_sees(string address, string htu) =>
        Assert.Equal(htu, ReadProof.Of(_key.Prove("GET", new Uri(address), null))["htu"]);

    [Fact]
    public void With_a_token_a_proof_carries_the_tokens_hash_and_without_one_none()
    {
        var token = TestTokens.Token();

        Assert.Equal(ReadProof.Hash(token.Value.Reveal()), ReadProof.Of(_key.Prove("GET", s_address, null, token))["ath"]);
        Assert.Null(ReadProof.Of(_key.Prove("GET", s_address, null))["ath"]);
        Assert.Null(ReadProof.Of(_key.Prove("GET", s_address, null))["nonce"]);
    }

    [Fact]
    public void Every_proof_is_another() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => ReadProof.Of(_key.Prove("GET", s_address, null))["jti"]).Distinct().Count());

    [Fact]
    public void Two_sessions_have_two_keys() => Assert.NotEqual(_key.Thumbprint, new DPoPKey(_clock).Thumbprint);

    [Fact]
    public void No_property_exposes_the_private_key() => Assert.DoesNotContain(
        typeof(DPoPKey).GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).OfType<PropertyInfo>(),
        property => typeof(AsymmetricAlgorithm).IsAssignableFrom(property.PropertyType) || property.PropertyType == typeof(ECParameters));

    [Fact]
    public void Nonces_are_forgotten_when_they_are_cleared_or_too_many()
    {
        for (var n = 0; n < 2000; n++) Take(_key.ApiNonces, new Uri($"https://a{n}.example/"), $"n{n}");
        Take(_key.AuthorityNonces, s_address, "a");
        Assert.Null(_key.ApiNonces.Of(new Uri("https://a0.example/")));
        Assert.Equal("n1999", _key.ApiNonces.Of(new Uri("https://a1999.example/")));

        _key.ClearNonces();

        Assert.Null(_key.ApiNonces.Of(new Uri("https://a1999.example/")));
        Assert.Null(_key.AuthorityNonces.Of(s_address));
    }

    [Fact]
    public void Nonces_are_kept_by_origin_and_the_latest_counts()
    {
        using var response = ApiResponse("first");
        using var later = ApiResponse("second");
        var nonces = _key.ApiNonces;

        Assert.Equal("first", nonces.Take(new Uri("https://a.example/x"), response.Headers));
        nonces.Take(new Uri("https://b.example/"), later.Headers);

        Assert.Equal("first", nonces.Of(new Uri("https://a.example/other?q")));
        Assert.Equal("second", nonces.Of(new Uri("https://b.example/")));
        Assert.Null(nonces.Of(new Uri("https://a.example:8443/")));
        Assert.Null(_key.AuthorityNonces.Of(new Uri("https://a.example/")));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("with\"quote")]
    [InlineData("")]
    [InlineData(null)]
    public void An_invalid_nonce_is_ignored(string? value)
    {
        using var response = ApiResponse(value);

        Assert.Null(_key.ApiNonces.Take(s_address, response.Headers));
        Assert.Null(_key.ApiNonces.Of(s_address));
    }

    [Fact]
    public void A_nonce_of_unreasonable_length_and_two_at_once_are_not_taken()
    {
        using var longOne = ApiResponse(new string('a', 1025));
        using var two = ApiResponse("one");
        two.Headers.TryAddWithoutValidation("DPoP-Nonce", "two");

        Assert.Null(_key.ApiNonces.Take(s_address, longOne.Headers));
        Assert.Null(_key.ApiNonces.Take(s_address, two.Headers));
    }

    [Fact]
    public void A_bound_token_does_not_convert_for_commands_that_cannot_prove_its_key()
    {
        var token = new AccessToken(new Secret(TestTokens.TokenText()), new TokenMetadata { TokenType = "DPoP", ProofKey = _key });

        var error = Assert.Throws<BearerTokenException>(() => { System.Security.SecureString _ = token; });

        Assert.Equal("TokenNeedsProof", error.ErrorId);
        Assert.Contains("Invoke-BearerRequest", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Value.Reveal(), error.ToString(), StringComparison.Ordinal);
    }

    private static void Take(DPoPNonces nonces, Uri address, string nonce)
    {
        using var response = ApiResponse(nonce);
        nonces.Take(address, response.Headers);
    }

    private static HttpResponseMessage ApiResponse(string? nonce)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        if (nonce is not null) response.Headers.TryAddWithoutValidation("DPoP-Nonce", nonce);
        return response;
    }
}
