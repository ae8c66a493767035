using System.Security.Cryptography;
using System.Text;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants.Login;

/// <summary>What an ID token has to be (OpenID Connect Core section 3.1.3.7), against an authority that gives others.</summary>
public sealed class IdTokenTests : IDisposable
{
    private static readonly GrantScope s_openId = new() { Scopes = ["openid", "api.read"] };

    private readonly LoginBench _bench = new();

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task An_ID_token_that_is_signed_by_the_authority_says_who_logged_in(string algorithm)
    {
        using var signer = new TestSigner(algorithm);

        var response = await LogInAsync(signer, _ => { });

        Assert.Equal("ann@example.com", response.Token.Account);
    }

    [Theory]
    [InlineData("iss", "\"https://evil.example.com\"", "(iss)")]
    [InlineData("iss", "null", "(iss)")]
    [InlineData("aud", "\"another\"", "(aud)")]
    [InlineData("aud", "\"OPS\"", "(aud)")]
    [InlineData("aud", "[]", "(aud)")]
    [InlineData("aud", "[\"ops\",\"another\"]", "(azp)")]
    [InlineData("azp", "\"another\"", "(azp)")]
    [InlineData("exp", "null", "(exp)")]
    [InlineData("sub", "null", "(sub)")]
    [InlineData("sub", "\"\"", "(sub)")]
    [InlineData("sub", "7", "(sub)")]
    [InlineData("nbf", "1893499801", "(nbf)")] // ten minutes and a second from now
    [InlineData("iat", "1893499801", "(iat)")]
    [InlineData("iat", "\"now\"", "(iat)")]
    [InlineData("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"", "(at_hash)")]
    [InlineData("at_hash", "7", "(at_hash)")]
    [InlineData("nonce", "\"another\"", "(nonce)")]
    [InlineData("nonce", "null", "(nonce)")]
    public async Task An_ID_token_with_a_wrong_claim_ends_the_login(string claim, string value, string named)
    {
        using var signer = new TestSigner();

        var error = await FailAsync(signer, claims => claims[claim] = value);

        Assert.Equal("InvalidIdToken", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hash_of_the_access_token_that_came_with_it_is_good()
    {
        using var signer = new TestSigner();
        LoginAuthority? made = null;
        await using var authority = await AuthorityAsync(signer, claims => claims["at_hash"] = $"\"{LeftHalf(made!.Token)}\"", string.Empty, null, null);
        made = authority;

        await authority.LogInAsync(authority.Source(scope: s_openId));

        static string LeftHalf(string token) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)).AsSpan(0, 16));
    }

    [Fact]
    public async Task Several_audiences_are_good_when_this_client_is_the_party_it_was_issued_to()
    {
        using var signer = new TestSigner();

        await LogInAsync(signer, claims =>
        {
            claims["aud"] = "[\"another\",\"ops\"]";
            claims["azp"] = "\"ops\"";
        });
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(0)]
    public async Task Clocks_may_differ_by_minutes(int minutes)
    {
        using var signer = new TestSigner();

        await LogInAsync(signer, claims => claims["exp"] = At(minutes));
    }

    [Fact]
    public async Task An_ID_token_that_expired_longer_ago_ends_the_login_with_a_hint_about_the_clock()
    {
        using var signer = new TestSigner();

        var error = await FailAsync(signer, claims => claims["exp"] = At(-6));

        Assert.Contains("(exp)", error.Message, StringComparison.Ordinal);
        Assert.Contains("clock", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    public async Task An_ID_token_that_is_unsigned_or_signed_with_a_public_secret_ends_the_login(string algorithm)
    {
        using var signer = new TestSigner(algorithm);

        Assert.Contains("(alg)", (await FailAsync(signer, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ID_token_whose_header_names_no_algorithm_ends_the_login()
    {
        using var signer = new TestSigner("RS256");

        Assert.Equal("InvalidIdToken", (await FailAsync(signer, _ => { }, header: $$"""{"kid":"{{signer.KeyId}}"}""")).ErrorId);
    }

    [Fact]
    public async Task An_algorithm_that_the_authority_does_not_announce_ends_the_login()
    {
        using var signer = new TestSigner("PS256");

        var error = await FailAsync(signer, _ => { }, ",\"id_token_signing_alg_values_supported\":[\"RS256\",\"none\"]");

        Assert.Contains("(alg)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_by_another_key_ends_the_login()
    {
        using var signer = new TestSigner();
        using var other = new TestSigner(ownBits: 2048);

        Assert.Contains("not signed by a key of the authority", (await FailAsync(signer, _ => { }, jwks: other.Jwks())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_same_name_does_not_make_a_signature_good()
    {
        using var signer = new TestSigner();
        using var other = new TestSigner(ownBits: 2048);

        var error = await FailAsync(signer, _ => { }, jwks: other.Jwks().Replace(other.KeyId, signer.KeyId, StringComparison.Ordinal));

        Assert.Contains("not signed by a key of the authority", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_name_than_the_ID_token_says_does_not_make_a_signature_good()
    {
        using var signer = new TestSigner();

        var error = await FailAsync(signer, _ => { }, jwks: signer.Jwks().Replace(signer.KeyId, "another", StringComparison.Ordinal));

        Assert.Contains("not signed by a key of the authority", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kty":"RSA","n":"","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":""}""")]
    [InlineData("""{"kty":"RSA","n":"AA","e":"AA"}""")]
    [InlineData("""{"kty":"RSA","n":"\ud800","e":"AQAB"}""")]
    [InlineData("""{"kty":"\udc00"}""")]
    [InlineData("""{"kty":"RSA"}""")]
    [InlineData("7")]
    public async Task A_broken_key_of_the_authority_is_skipped(string broken)
    {
        using var signer = new TestSigner();
        var keyId = $"\"kid\":\"{signer.KeyId}\",";
        var key = broken.Replace("{", "{" + keyId, StringComparison.Ordinal);

        var response = await LogInAsync(signer, _ => { }, jwks: signer.Jwks().Replace("[", $"[{key},", StringComparison.Ordinal));

        Assert.Equal("ann@example.com", response.Token.Account);
    }

    [Fact]
    public async Task A_key_that_is_too_short_signs_nothing()
    {
        using var signer = new TestSigner(ownBits: 1024);

        Assert.Contains("not signed by a key of the authority", (await FailAsync(signer, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_has_to_be_understood_and_is_not_ends_the_login()
    {
        using var signer = new TestSigner();

        var error = await FailAsync(signer, _ => { }, header: $$"""{"alg":"RS256","kid":"{{signer.KeyId}}","crit":["b64"],"b64":false}""");

        Assert.Contains("(crit)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ID_token_that_was_asked_for_has_to_come()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        Assert.Equal("IdTokenMissing", (await authority.FailAsync(authority.Source(scope: s_openId))).ErrorId);
    }

    [Fact]
    public async Task An_authority_that_knows_nothing_of_ID_tokens_may_grant_less()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.TokenResponse = () => ",\"scope\":\"api.read\"";

        Assert.Equal(["api.read"], (await authority.LogInAsync(authority.Source(scope: s_openId))).Token.Scopes);
    }

    [Fact]
    public async Task The_nonce_is_another_at_each_login()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        await authority.FailAsync(authority.Source(scope: s_openId));
        var first = authority.Asked["nonce"];
        await authority.FailAsync(authority.Source(scope: s_openId));

        Assert.NotEqual(first, authority.Asked["nonce"]);
    }

    public void Dispose() => _bench.Dispose();

    private string At(int minutes) => $"{_bench.Clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds()}";

    private async Task<TokenResult> LogInAsync(TestSigner signer, Action<Dictionary<string, string>> change, string? jwks = null)
    {
        await using var authority = await AuthorityAsync(signer, change, string.Empty, jwks, null);
        return await authority.LogInAsync(authority.Source(scope: s_openId));
    }

    private async Task<BearerTokenException> FailAsync(
        TestSigner signer, Action<Dictionary<string, string>> change, string metadata = "", string? jwks = null, string? header = null)
    {
        await using var authority = await AuthorityAsync(signer, change, metadata, jwks, header);
        return await authority.FailAsync(authority.Source(scope: s_openId));
    }

    private async Task<LoginAuthority> AuthorityAsync(TestSigner signer, Action<Dictionary<string, string>> change, string metadata, string? jwks, string? header)
    {
        var authority = await LoginAuthority.StartAsync(_bench);
        authority.Metadata = metadata;
        authority.Jwks = () => jwks ?? signer.Jwks();
        authority.TokenResponse = () =>
        {
            var claims = new Dictionary<string, string>
            {
                ["iss"] = $"\"{authority.Issuer}\"",
                ["sub"] = "\"1\"",
                ["preferred_username"] = "\"ann@example.com\"",
                ["aud"] = "\"ops\"",
                ["exp"] = At(10),
                ["nonce"] = $"\"{authority.Asked["nonce"]}\"",
            };
            change(claims);
            return $",\"id_token\":\"{signer.Sign($"{{{string.Join(',', claims.Select(c => $"\"{c.Key}\":{c.Value}"))}}}", header)}\"";
        };
        return authority;
    }
}
