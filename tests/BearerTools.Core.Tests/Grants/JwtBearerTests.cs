using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tests.Grants.Keys;
using BearerTools.Tests.Support;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Tests.Grants;

public sealed class JwtBearerTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly string _token = Workbench.NewToken();
    private readonly string _folder = Directory.CreateTempSubdirectory("bearertools-tests-").FullName;

    [Fact]
    public async Task An_assertion_of_another_issuer_is_sent_unchanged()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var jwt = Workbench.NewJwt(_bench.Clock.GetUtcNow().AddMinutes(5));
        var source = new JwtBearerSource(Client(server), new SuppliedAssertion(new TokenReference(SecretReference.To(new Secret(jwt)))), new GrantScope { Scopes = ["a"] });

        var token = (await Workbench.AcquireAsync(source)).Token;

        var form = server.Requests[0].Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        Assert.Equal((jwt, "a", "ops"), (form["assertion"], form["scope"], form["client_id"]));
        Assert.Equal("JwtBearer", token.Flow);
    }

    [Fact]
    public async Task An_assertion_that_is_signed_here_names_client_user_and_issuer()
    {
        await using var server = await AuthorityAsync();
        var source = Signed(server);

        var token = (await Workbench.AcquireAsync(source)).Token;

        var (header, claims) = KeyFactory.Open(server.Requests[^1].Form["assertion"], _rsa);
        Assert.Equal("RS256", header.GetProperty("alg").GetString());
        Assert.Equal(("ops", "ada"), (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString()));
        Assert.Equal(JsonValueKind.String, claims.GetProperty("aud").ValueKind);
        Assert.Equal(server.Address, claims.GetProperty("aud").GetString());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 60, 600);
        Assert.Equal("ada", token.Account);
    }

    [Fact]
    public async Task An_assertion_is_for_the_endpoint_when_an_old_authority_wants_that()
    {
        await using var server = await AuthorityAsync();

        await Workbench.AcquireAsync(Signed(server, toEndpoint: true));

        Assert.Equal(server.Address + "/token", KeyFactory.Open(server.Requests[^1].Form["assertion"], _rsa).Claims.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Every_request_has_an_assertion_of_its_own()
    {
        await using var server = await AuthorityAsync();
        var source = Signed(server);

        await Workbench.AcquireAsync(source);
        _bench.Clock.Advance(TimeSpan.FromMinutes(20));
        await Workbench.AcquireAsync(source);

        var sent = server.Requests.Where(r => r.Path == "/token").Select(r => KeyFactory.Open(r.Form["assertion"], _rsa).Claims).ToArray();
        Assert.NotEqual(sent[0].GetProperty("jti").GetString(), sent[1].GetProperty("jti").GetString());
        Assert.Equal(1200, sent[1].GetProperty("exp").GetInt64() - sent[0].GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task An_authority_that_quotes_the_assertion_leaks_nothing()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, JsonSerializer.Serialize(new { error = "invalid_grant", error_description = server!.Requests[^1].Body }), 400));
        await using var stop = server;
        var source = new JwtBearerSource(Client(server), new SignedAssertion(new KeyInHand(new ClientKey(_rsa)), "ops", _bench.Clock), new GrantScope());

        var error = await Workbench.FailAsync(source);

        Assert.DoesNotContain(server.Requests[^1].Form["assertion"], Workbench.AllTextOf(error), StringComparison.Ordinal);
        Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_accounts_key_file_is_all_that_is_needed()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var file = Write("account.json", ServiceAccount(server, _rsa.ExportPkcs8PrivateKeyPem()));

        var token = (await Workbench.AcquireAsync(ServiceAccountSource(file, new GrantScope { Scopes = ["a", "b"] }))).Token;

        var form = server.Requests[0].Form;
        Assert.Equal(["assertion", "grant_type"], form.Keys.Order());
        var (header, claims) = KeyFactory.Open(form["assertion"], _rsa);
        Assert.Equal("the-key", header.GetProperty("kid").GetString());
        Assert.Equal("robot@example.com", claims.GetProperty("iss").GetString());
        Assert.Equal(server.Address + "/token", claims.GetProperty("aud").GetString());
        Assert.Equal("a b", claims.GetProperty("scope").GetString());
        Assert.Equal("robot@example.com", token.Account);
        Assert.Equal(["a", "b"], token.Scopes);
    }

    [Fact]
    public void A_file_that_is_not_a_service_accounts_key_file_is_an_error()
    {
        string[] wrong =
        [
            "",
            "[]",
            """{"type":"authorized_user","client_id":"x"}""",
            """{"type":"service_account","token_uri":"https://x.example.com"}""",
            """{"type":"service_account","client_email":"x"}""",
        ];

        foreach (var content in wrong)
        {
            var error = Assert.Throws<BearerTokenException>(() => new ServiceAccountKey("file:" + Write("wrong.json", content)));
            Assert.Equal("WrongKindOfKey", error.ErrorId);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_sandbox_takes_assertions_of_its_client_and_its_service_account(bool isServiceAccount)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Clock = _bench.Clock });
        var key = new ReferencedKey("file:" + Write("key.pem", sandbox.ClientKeyPem));
        var options = new OAuthClientOptions { Authority = sandbox.Address.AbsoluteUri.TrimEnd('/'), ClientId = sandbox.ClientId, Key = key, AuthenticationMethod = Methods.PrivateKeyJwt };
        var source = isServiceAccount
            ? ServiceAccountSource(Write("account.json", sandbox.ServiceAccountJson), new GrantScope { Scopes = ["lifetime:60"] })
            : new JwtBearerSource(new OAuthClient(_bench.Backchannel, _bench.Discovery, options), new SignedAssertion(key, sandbox.ClientId, _bench.Clock) { Subject = "ada" }, new GrantScope { Scopes = ["lifetime:60"] });

        var token = (await Workbench.AcquireAsync(source)).Token;

        Assert.Equal(60, (token.ExpiresOn - token.IssuedOn)!.Value.TotalSeconds);
        Assert.Equal(isServiceAccount ? "robot@sandbox.example.com" : "ada", token.Claims!["sub"]);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _rsa.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string ServiceAccount(OddServer server, string pem) => JsonSerializer.Serialize(new
    {
        type = "service_account",
        private_key_id = "the-key",
        private_key = pem,
        client_email = "robot@example.com",
        token_uri = server.Address + "/token",
    });

    private string ApiResponse() => $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600}""";

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private OAuthClient Client(OddServer server) =>
        new(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" });

    private JwtBearerSource Signed(OddServer server, bool toEndpoint = false)
    {
        var client = new OAuthClient(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { Authority = server.Address, ClientId = "ops" });
        return new(client, new SignedAssertion(new KeyInHand(new ClientKey(_rsa)), "ops", _bench.Clock) { Subject = "ada", AssertsToEndpoint = toEndpoint }, new GrantScope());
    }

    private JwtBearerSource ServiceAccountSource(string file, GrantScope scope)
    {
        var key = new ServiceAccountKey("file:" + file);
        var client = new OAuthClientOptions { TokenEndpoint = key.TokenEndpoint, ClientId = key.Account, AuthenticationMethod = Methods.None, IsUnnamed = true };
        return new(new OAuthClient(_bench.Backchannel, _bench.Discovery, client), new SignedAssertion(key, key.Account, _bench.Clock) { Scopes = scope.Scopes, KeyId = key.KeyId }, scope);
    }

    private Task<OddServer> AuthorityAsync() => OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
        ? ApiResponse()
        : $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"}"""));
}
