using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Tests.Grants.Keys;

public sealed class PrivateKeyJwtTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _token = Workbench.NewToken();

    [Fact]
    public async Task The_assertion_names_the_client_and_is_for_the_issuer_alone()
    {
        await using var server = await AuthorityAsync();

        await AskAsync(server, _rsa);

        var form = server.Requests[^1].Form;
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"]);
        Assert.Equal("ops", form["client_id"]);
        Assert.False(form.ContainsKey("client_secret"));
        var (_, claims) = KeyFactory.Open(form["client_assertion"], _rsa);
        Assert.Equal(JsonValueKind.String, claims.GetProperty("aud").ValueKind);
        Assert.Equal(server.Address, claims.GetProperty("aud").GetString());
        Assert.Equal("ops", claims.GetProperty("iss").GetString());
        Assert.Equal("ops", claims.GetProperty("sub").GetString());
        Assert.Equal(_bench.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 60, 600);
    }

    [Fact]
    public async Task The_assertion_is_for_the_endpoint_when_an_old_authority_wants_that()
    {
        await using var server = await AuthorityAsync();

        await AskAsync(server, _rsa, options => options with { AssertsToEndpoint = true });

        Assert.Equal(server.Address + "/token", Claims(server.Requests[^1], _rsa).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task The_assertion_is_for_the_endpoint_when_no_issuer_is_known()
    {
        await using var server = await AuthorityAsync();

        await AskAsync(server, _rsa, options => options with { Authority = null, TokenEndpoint = server.At("/token?tenant=1") });

        Assert.Equal(server.Address + "/token", Claims(server.Requests[^1], _rsa).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Every_attempt_has_an_assertion_of_its_own()
    {
        await using var server = await AuthorityAsync();
        var source = Source(server, _ec);

        await Workbench.AcquireAsync(source);
        _bench.Clock.Advance(TimeSpan.FromMinutes(20));
        await Workbench.AcquireAsync(source);

        var sent = server.Requests.Where(r => r.Path == "/token").Select(r => Claims(r, _ec)).ToArray();
        Assert.NotEqual(sent[0].GetProperty("jti").GetString(), sent[1].GetProperty("jti").GetString());
        Assert.Equal(1200, sent[1].GetProperty("exp").GetInt64() - sent[0].GetProperty("exp").GetInt64());
    }

    [Theory]
    [InlineData("RSA", "", "RS256")]
    [InlineData("RSA", "RS256 PS256 ES256", "PS256")]
    [InlineData("RSA", "RS256", "RS256")]
    [InlineData("EC", "", "ES256")]
    [InlineData("EC", "RS256 ES256", "ES256")]
    public async Task The_algorithm_is_the_best_that_key_and_authority_have(string kind, string supported, string expected)
    {
        var metadata = supported.Length == 0 ? "" : $",\"token_endpoint_auth_signing_alg_values_supported\":{JsonSerializer.Serialize(supported.Split(' '))}";
        await using var server = await AuthorityAsync(metadata);
        AsymmetricAlgorithm key = kind == "RSA" ? _rsa : _ec;

        await AskAsync(server, key);

        Assert.Equal(expected, Header(server.Requests[^1], key).GetProperty("alg").GetString());
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task The_algorithm_that_is_asked_for_is_used(string algorithm)
    {
        await using var server = await AuthorityAsync(",\"token_endpoint_auth_signing_alg_values_supported\":[\"ES256\"]");

        await AskAsync(server, _rsa, options => options with { SigningAlgorithm = algorithm });

        Assert.Equal(algorithm, Header(server.Requests[^1], _rsa).GetProperty("alg").GetString());
    }

    [Fact]
    public async Task Nothing_is_sent_when_the_authority_takes_no_signature_of_this_key()
    {
        await using var server = await AuthorityAsync(",\"token_endpoint_auth_signing_alg_values_supported\":[\"RS256\"]");

        var error = await Workbench.FailAsync(Source(server, _ec));

        Assert.Equal("InvalidSigningAlgorithm", error.ErrorId);
        Assert.DoesNotContain(server.Requests, r => r.Path == "/token");
    }

    [Fact]
    public async Task An_algorithm_of_another_kind_of_key_is_refused_before_anything_is_sent()
    {
        await using var server = await AuthorityAsync();

        Assert.Equal("InvalidSigningAlgorithm", Fails(server, _rsa, o => o with { SigningAlgorithm = "ES256" }));
        Assert.Equal("InvalidSigningAlgorithm", Fails(server, _ec, o => o with { SigningAlgorithm = "PS256" }));
        Assert.Equal("InvalidSigningAlgorithm", Fails(server, _rsa, o => o with { SigningAlgorithm = "none" }));
    }

    [Fact]
    public async Task The_header_names_the_key_as_the_user_or_the_key_itself_says()
    {
        await using var server = await AuthorityAsync();
        var jwk = KeyFactory.Text(KeyFactory.Jwk(_ec, ",\"kid\":\"of the key\",\"alg\":\"ES256\""));

        await Workbench.AcquireAsync(Source(server, new KeyInHand(KeyFormat.Read(jwk, null, null))));
        await Workbench.AcquireAsync(Source(server, new KeyInHand(KeyFormat.Read(jwk, null, null)), o => o with { KeyId = "of the user" }));

        Assert.Equal(["of the key", "of the user"], server.Requests.Where(r => r.Path == "/token").Select(r => Header(r, _ec).GetProperty("kid").GetString()));
    }

    [Fact]
    public async Task The_header_names_the_certificate_by_its_SHA256()
    {
        await using var server = await AuthorityAsync();
        using var certificate = KeyFactory.Certificate(_rsa);

        await Workbench.AcquireAsync(Source(server, new SuppliedCertificate(certificate)));

        Assert.Equal(Base64Url.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)), Header(server.Requests[^1], _rsa).GetProperty("x5t#S256").GetString());
    }

    [Fact]
    public async Task A_rotated_key_is_used_at_the_next_renewal_and_makes_another_cache_key()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var server = await AuthorityAsync();
            using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            await File.WriteAllBytesAsync(path, KeyFactory.Write("PKCS#8", _ec, ""));
            var source = Source(server, new ReferencedKey("file:" + path));
            await Workbench.AcquireAsync(source);

            await File.WriteAllBytesAsync(path, KeyFactory.Write("SEC1", next, ""));
            await Workbench.AcquireAsync(source);

            Assert.Equal("ops", Claims(server.Requests[^1], next).GetProperty("sub").GetString());
            Assert.NotEqual(source.Key, Source(server, new ReferencedKey("file:" + path)).Key);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task An_authority_that_quotes_the_assertion_leaks_nothing()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, JsonSerializer.Serialize(new { error = "invalid_client", error_description = server!.Requests[^1].Body }), 401));
        await using (server)
        {
            var error = await Workbench.FailAsync(Source(server, new KeyInHand(new ClientKey(_rsa)), o => o with { Authority = null, TokenEndpoint = server.At("/token") }));

            Assert.DoesNotContain(server.Requests[^1].Form["client_assertion"], Workbench.AllTextOf(error), StringComparison.Ordinal);
            Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_sent_to_an_authority_that_takes_no_keys()
    {
        await using var server = await AuthorityAsync(",\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]");

        Assert.Equal("InvalidClientAuthentication", (await Workbench.FailAsync(Source(server, _rsa))).ErrorId);
        Assert.DoesNotContain(server.Requests, r => r.Path == "/token");
    }

    [Fact]
    public async Task Parameters_that_cannot_be_combined_are_refused_at_once()
    {
        await using var server = await AuthorityAsync();

        Assert.Equal("InvalidClientAuthentication", Fails(server, _rsa, o => o with { Secret = SecretReference.To(new Secret(Workbench.NewSecret())) }));
        Assert.Equal("InvalidClientAuthentication", Fails(server, _rsa, o => o with { AuthenticationMethod = Methods.SecretBasic }));
        Assert.Equal("InvalidClientAuthentication", Fails(server, _rsa, o => o with { Key = null, AuthenticationMethod = Methods.PrivateKeyJwt }));
        Assert.Equal("InvalidClientAuthentication", Fails(server, _rsa, o => o with { Key = null, AuthenticationMethod = Methods.TlsClientAuth }));
    }

    public void Dispose()
    {
        _bench.Dispose();
        _rsa.Dispose();
        _ec.Dispose();
    }

    private static JsonElement Header(SeenRequest request, AsymmetricAlgorithm key) => KeyFactory.Open(request.Form["client_assertion"], key).Header;

    private static JsonElement Claims(SeenRequest request, AsymmetricAlgorithm key) => KeyFactory.Open(request.Form["client_assertion"], key).Claims;

    private static ClientKey KeyOf(AsymmetricAlgorithm key) => key is RSA rsa ? new ClientKey(rsa) : new ClientKey((ECDsa)key);

    private string Fails(OddServer server, AsymmetricAlgorithm key, Func<OAuthClientOptions, OAuthClientOptions> change) =>
        Assert.Throws<BearerTokenException>(() => Source(server, key, change)).ErrorId;

    private Task<TokenResult> AskAsync(OddServer server, AsymmetricAlgorithm key, Func<OAuthClientOptions, OAuthClientOptions>? change = null) =>
        Workbench.AcquireAsync(Source(server, key, change));

    private ClientCredentialsSource Source(OddServer server, AsymmetricAlgorithm key, Func<OAuthClientOptions, OAuthClientOptions>? change = null) =>
        Source(server, new KeyInHand(KeyOf(key)), change);

    private ClientCredentialsSource Source(OddServer server, KeyPlace key, Func<OAuthClientOptions, OAuthClientOptions>? change = null)
    {
        var options = new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Key = key };
        return new(_bench.Backchannel, _bench.Discovery, change?.Invoke(options) ?? options, new GrantScope());
    }

    private Task<OddServer> AuthorityAsync(string metadata = "") => OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
        ? $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600}"""
        : $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"{{metadata}}}"""));
}

/// <summary>A key that a test has made.</summary>
internal sealed class KeyInHand(ClientKey key) : KeyPlace
{
    public override string? Text => null;

    public override ClientKey Read() => key;
}
