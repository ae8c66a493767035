using System.Text;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Tests.Grants;

public sealed class ClientCredentialsTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly string _token = Workbench.NewToken();
    private readonly string _secret = Workbench.NewSecret();

    [Fact]
    public async Task A_client_gets_a_token_from_the_endpoint_that_the_authority_names()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
            ? ApiResponse()
            : $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"}"""));
        var source = Source(new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) });

        var token = (await Workbench.AcquireAsync(source)).Token;

        Assert.Equal(_token, token.Value.Reveal());
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal(server.Address, token.Authority);
        Assert.Equal("ops", token.ClientId);
        Assert.Equal("ClientCredentials", token.Flow);
        Assert.Equal("client_credentials", server.Requests[^1].Form["grant_type"]);
    }

    [Fact]
    public async Task Id_and_secret_are_form_encoded_before_they_go_into_a_Basic_header()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());

        await Workbench.AcquireAsync(_bench.ClientCredentials(server, new Secret("p:+/=&%\" é"), clientId: "ops:1 +%"));

        var sent = Assert.Single(server.Requests);
        var pair = Encoding.ASCII.GetString(Convert.FromBase64String(sent.Headers["Authorization"]["Basic ".Length..]));
        Assert.Equal("ops%3A1+%2B%25:p%3A%2B%2F%3D%26%25%22+%C3%A9", pair);
        Assert.Equal("grant_type=client_credentials", sent.Body);
    }

    [Fact]
    public async Task The_secret_goes_into_the_form_when_asked_so()
    {
        var secret = new Secret(Workbench.NewSecret());
        await using var server = await OddServer.RespondingAsync(ApiResponse());

        await Workbench.AcquireAsync(_bench.ClientCredentials(server, secret, method: Methods.SecretPost));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("ops", sent.Form["client_id"]);
        Assert.Equal(secret.Reveal(), sent.Form["client_secret"]);
        Assert.False(sent.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"client_secret_basic\"]", true)]
    [InlineData(",\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\",\"client_secret_post\"]", false)]
    public async Task The_way_to_authenticate_is_one_that_the_authority_supports(string metadata, bool isBasic)
    {
        await using var server = await AuthorityAsync(metadata);
        var source = Source(new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) });

        await Workbench.AcquireAsync(source);

        Assert.Equal(isBasic, server.Requests[^1].Headers.ContainsKey("Authorization"));
        Assert.Equal(!isBasic, server.Requests[^1].Form.ContainsKey("client_secret"));
    }

    [Fact]
    public async Task No_secret_is_sent_to_an_authority_that_takes_none()
    {
        await using var server = await AuthorityAsync(",\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]");
        var source = Source(new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) });

        var error = await Workbench.FailAsync(source);

        Assert.Equal("InvalidClientAuthentication", error.ErrorId);
        Assert.Contains("private_key_jwt", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, r => r.Path == "/token");
    }

    [Fact]
    public async Task A_public_client_sends_its_name_only()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var source = Source(new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops", AuthenticationMethod = Methods.None });

        await Workbench.AcquireAsync(source);

        Assert.Equal("grant_type=client_credentials&client_id=ops", Assert.Single(server.Requests).Body);
    }

    [Fact]
    public async Task Scopes_resources_and_additional_parameters_are_sent()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var scope = new GrantScope
        {
            Scopes = ["api.read", "api.write"],
            Resources = ["https://a.example.com/", "https://b.example.com/"],
            AdditionalParameters = [new("audience", "orders & more")],
        };

        var token = (await Workbench.AcquireAsync(_bench.ClientCredentials(server, scope: scope))).Token;

        var form = Assert.Single(server.Requests).Form;
        Assert.Equal("api.read api.write", form["scope"]);
        Assert.Equal("https://a.example.com/\nhttps://b.example.com/", form["resource"]);
        Assert.Equal("orders & more", form["audience"]);
        Assert.Equal(["api.read", "api.write"], token.Scopes);
    }

    [Fact]
    public async Task A_token_is_renewed_by_asking_again_even_when_a_refresh_token_came()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse(",\"refresh_token\":\"r-123456\""));
        var source = _bench.ClientCredentials(server);

        await Workbench.AcquireAsync(source, await Workbench.AcquireAsync(source));

        Assert.True(source.CanRenew);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal("grant_type=client_credentials", server.Requests[1].Body);
    }

    [Fact]
    public async Task A_rotated_secret_is_used_at_the_next_renewal_and_makes_another_key()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var server = await OddServer.RespondingAsync(ApiResponse());
            var options = new OAuthClientOptions
            {
                TokenEndpoint = server.At("/token"),
                ClientId = "ops",
                Secret = SecretReference.Parse("file:" + path),
                AuthenticationMethod = Methods.SecretPost,
            };
            string[] secrets = [Workbench.NewToken(), Workbench.NewToken()];
            await File.WriteAllTextAsync(path, secrets[0] + "\n");
            var source = Source(options);
            await Workbench.AcquireAsync(source);

            await File.WriteAllTextAsync(path, secrets[1] + "\n");
            await Workbench.AcquireAsync(source);

            Assert.Equal(secrets, server.Requests.Select(r => r.Form["client_secret"]));
            Assert.NotEqual(source.Key, Source(options).Key);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Equal_requests_have_equal_keys_whatever_the_order_of_scopes()
    {
        Assert.Equal(KeyOf(), KeyOf());
        Assert.Equal(KeyOf(scope: new GrantScope { Scopes = ["a", "b"] }), KeyOf(scope: new GrantScope { Scopes = ["b", "a", "b"] }));
    }

    [Fact]
    public void Whatever_makes_another_token_makes_another_key()
    {
        TokenKey[] keys =
        [
            KeyOf(),
            KeyOf(endpoint: "https://id.example.com/other"),
            KeyOf(clientId: "other"),
            KeyOf(secret: Workbench.NewSecret()),
            KeyOf(method: Methods.SecretPost),
            KeyOf(scope: new GrantScope { Scopes = ["a"] }),
            KeyOf(scope: new GrantScope { Scopes = ["A"] }),
            KeyOf(scope: new GrantScope { Resources = ["https://a.example.com"] }),
            KeyOf(scope: new GrantScope { AdditionalParameters = [new("audience", "a")] }),
            KeyOf(scope: new GrantScope { AdditionalParameters = [new("audience", "b")] }),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("client_secret")]
    [InlineData("grant_type")]
    [InlineData("scope")]
    public void An_additional_parameter_cannot_stand_in_for_one_that_has_its_own_place(string name) =>
        Assert.Equal("ReservedParameter", FailToMake(scope: new GrantScope { AdditionalParameters = [new(name, "x")] }).ErrorId);

    [Theory]
    [InlineData("orders")]
    [InlineData("//\u202E/1?x=%20")]
    [InlineData("https://api.example.com/#part")]
    public void A_resource_is_an_absolute_address_without_a_fragment(string resource) =>
        Assert.Equal("InvalidResource", FailToMake(scope: new GrantScope { Resources = [resource] }).ErrorId);

    [Fact]
    public void A_missing_setting_is_an_error_before_anything_is_sent()
    {
        var secret = SecretReference.To(new Secret(Workbench.NewSecret()));
        var endpoint = new Uri("https://id.example.com/token");

        Assert.Equal("ClientSecretMissing", Fails(new() { TokenEndpoint = endpoint, ClientId = "ops" }));
        Assert.Equal("AuthorityMissing", Fails(new() { ClientId = "ops", Secret = secret }));
        Assert.Equal("ClientIdMissing", Fails(new() { TokenEndpoint = endpoint, ClientId = string.Empty, Secret = secret }));
        Assert.Equal("InvalidAuthority", Fails(new() { Authority = "id.example.com", ClientId = "ops", Secret = secret }));
        Assert.Equal("InsecureEndpoint", Fails(new() { TokenEndpoint = new Uri("http://id.example.com/token"), ClientId = "ops", Secret = secret }));
        Assert.Equal("InvalidClientAuthentication", Fails(new() { TokenEndpoint = endpoint, ClientId = "ops", Secret = secret, AuthenticationMethod = "basic" }));
    }

    public void Dispose() => _bench.Dispose();

    private string ApiResponse(string more = "") => $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600{{more}}}""";

    private Task<OddServer> AuthorityAsync(string metadata) => OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
        ? ApiResponse()
        : $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"{{metadata}}}"""));

    private ClientCredentialsSource Source(OAuthClientOptions options, GrantScope? scope = null) =>
        new(_bench.Backchannel, _bench.Discovery, options, scope ?? new GrantScope());

    private string Fails(OAuthClientOptions options) => Assert.Throws<BearerTokenException>(() => Source(options)).ErrorId;

    private BearerTokenException FailToMake(GrantScope scope) => Assert.Throws<BearerTokenException>(() => KeyOf(scope: scope));

    private TokenKey KeyOf(string endpoint = "https://id.example.com/token", string clientId = "ops", string? secret = null, string? method = null, GrantScope? scope = null) =>
        Source(new OAuthClientOptions
        {
            TokenEndpoint = new Uri(endpoint),
            ClientId = clientId,
            Secret = SecretReference.To(new Secret(secret ?? _secret)),
            AuthenticationMethod = method,
        }, scope).Key;
}
