using System.Text.Json;
using BearerTools.Composition;
using BearerTools.Grants;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

/// <summary>What token responses contain besides the token, and token types of providers.</summary>
public sealed class TokenResponseTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly string _token = Workbench.NewToken();

    [Theory]
    [InlineData("BearerToken")]
    [InlineData("bearertoken")]
    [InlineData("bot")]
    [InlineData("Token")]
    public async Task A_name_of_a_provider_for_a_bearer_token_is_taken_for_Bearer(string type) =>
        Assert.Equal("Bearer", (await AcquireAsync($",\"token_type\":\"{type}\"")).TokenType);

    [Fact]
    public async Task Any_type_is_taken_when_the_user_says_how_the_token_is_sent()
    {
        Assert.Equal("mac", (await AcquireAsync(",\"token_type\":\"mac\"", client => client with { TakesAnyTokenType = true })).TokenType);
        var refused = await Assert.ThrowsAsync<BearerTokenException>(() => AcquireAsync(",\"token_type\":\"mac\""));
        Assert.Contains("-TokenScheme", refused.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DPoP")]
    [InlineData("N_A")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task A_type_that_no_scheme_helps_is_refused_still(string type) =>
        Assert.Equal("UnknownTokenType", (await Assert.ThrowsAsync<BearerTokenException>(
            () => AcquireAsync($",\"token_type\":\"{type}\"", client => client with { TakesAnyTokenType = true }))).ErrorId);

    [Fact]
    public async Task Other_members_are_on_the_token_and_secrets_among_them_are_not()
    {
        var hidden = Workbench.NewToken();
        var token = await AcquireAsync(
            $$""","token_type":"Bearer","instance_url":"https://eu.contoso.com","issued_at":"17","user":{"id":7,"session_key":"{{hidden}}"},"id_token":"x.y.z","api_key":"{{hidden}}","copy":"{{_token}}" """);

        Assert.Equal("https://eu.contoso.com", token.Additional["instance_url"]);
        Assert.Equal("17", token.Additional["issued_at"]);
        Assert.Equal(["api_key", "copy", "instance_url", "issued_at", "user"], token.Additional.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("***", token.Additional["api_key"]);
        var shown = JsonSerializer.Serialize(token.Additional);
        Assert.Contains("\"id\":7", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(_token, shown, StringComparison.Ordinal);
        Assert.Contains("***", LiveSecrets.Redact($"sent {hidden}"), StringComparison.Ordinal);
        GC.KeepAlive(token);
    }

    [Theory]
    [InlineData("instance_url", "https://eu.contoso.com", "https://eu.contoso.com/")]
    [InlineData("Instance_Url", "https://eu.contoso.com/api?x=1#y", "https://eu.contoso.com/api/")]
    [InlineData("data.url", "eu.contoso.com", "https://eu.contoso.com/")]
    [InlineData("data[-1].url", "eu.contoso.com:8443/v1", "https://eu.contoso.com:8443/v1/")]
    [InlineData("data[0].url", "https://intranet/v1", "https://intranet/v1/")]
    [InlineData("instance_url", "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/")]
    public async Task The_base_address_comes_from_the_response(string path, string address, string expected)
    {
        using var services = new Services();
        var member = path.Contains('[', StringComparison.Ordinal) ? $"\"data\":[{{\"url\":\"{address}\"}}]"
            : path.Contains('.', StringComparison.Ordinal) ? $"\"data\":{{\"url\":\"{address}\"}}" : $"\"instance_url\":\"{address}\"";
        var token = await AcquireAsync(",\"token_type\":\"Bearer\"," + member);

        var connection = services.Connection(token, path).Located(token);

        Assert.Equal(new Uri(expected), connection.BaseUri);
        Assert.True(connection.Origins.Admits(Origin.Of(new Uri(expected))));
    }

    [Theory]
    [InlineData("instance_url", "http://eu.contoso.com")]
    [InlineData("instance_url", "ftp://eu.contoso.com")]
    [InlineData("instance_url", "https://user:x@eu.contoso.com")]
    [InlineData("instance_url", "///")]
    [InlineData("instance_url", "inst")]
    [InlineData("instance_url", "eu.")]
    [InlineData("instance_url", "eu/v1.2")]
    [InlineData("instance_url", "eu:8443")]
    [InlineData("instance_url", "12")]
    [InlineData("instance_url", "")]
    [InlineData("api_domain", "https://eu.contoso.com")]
    public async Task A_base_address_that_is_missing_or_not_https_is_refused(string path, string address)
    {
        using var services = new Services();
        var token = await AcquireAsync($$""","token_type":"Bearer","instance_url":"{{address}}" """);

        Assert.Equal("BaseUriNotFound", Assert.Throws<BearerTokenException>(() => services.Connection(token, path).Located(token)).ErrorId);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://localhost")]
    public void An_authority_elsewhere_cannot_name_an_address_of_this_machine(string address)
    {
        using var services = new Services();
        using var json = JsonDocument.Parse($$"""{"instance_url":"{{address}}"}""");
        var token = new AccessToken(new Secret(_token), new TokenMetadata
        {
            Authority = "https://id.contoso.com",
            Additional = AdditionalMembers.Read(json.RootElement, _ => false, _ => false),
        });

        Assert.Equal("BaseUriNotFound", Assert.Throws<BearerTokenException>(() => services.Connection(token, "instance_url").Located(token)).ErrorId);
    }

    [Fact]
    public async Task A_renewal_that_names_another_base_address_moves_no_connection_and_is_refused_for_a_profile()
    {
        using var services = new Services();
        var first = await AcquireAsync(",\"token_type\":\"Bearer\",\"instance_url\":\"https://eu.contoso.com\"");
        var moved = await AcquireAsync(",\"token_type\":\"Bearer\",\"instance_url\":\"https://evil.example\"");
        var connection = services.Connection(first, "instance_url").Located(first);
        var pin = new BaseUriPin();
        var ofProfile = services.Connection(first, "instance_url") with { Pin = pin };

        Assert.Equal("https://eu.contoso.com/", connection.Located(moved).BaseUri!.AbsoluteUri);
        Assert.Equal("https://eu.contoso.com/", ofProfile.Located(first).BaseUri!.AbsoluteUri);
        Assert.Equal("BaseUriChanged", Assert.Throws<BearerTokenException>(() => ofProfile.Located(moved)).ErrorId);
    }

    [Fact]
    public async Task A_grant_of_the_provider_is_sent_with_its_parameters_and_needs_no_credential_of_the_client()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"access_token":"{{_token}}","token_type":"Bearer"}""");
        var scope = new GrantScope { IsOwnGrant = true, AdditionalParameters = [new("account_id", "7"), new("username", "ada")] };

        await Workbench.AcquireAsync(new ClientCredentialsSource(
            _bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" }, scope, "account_credentials"));

        var form = server.Requests.Single().Form;
        Assert.Equal(("account_credentials", "7", "ada", "ops"), (form["grant_type"], form["account_id"], form["username"], form["client_id"]));
    }

    [Fact]
    public async Task A_grant_that_brings_its_own_credential_is_sent_without_a_client()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(
            context, """{"error":"too_bad","error_description":"no"}""", 400));
        var key = new Secret(Workbench.NewToken());
        var scope = new GrantScope { IsOwnGrant = true, SecretParameters = [new("apikey", key)] };
        var client = new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = string.Empty, IsUnnamed = true };
        var source = new ClientCredentialsSource(_bench.Backchannel, _bench.Discovery, client, scope, "urn:provider:apikey");

        var error = await Workbench.FailAsync(source);

        var form = server.Requests.Single().Form;
        Assert.Equal(("urn:provider:apikey", key.Reveal(), false), (form["grant_type"], form["apikey"], form.ContainsKey("client_id")));
        Assert.Contains("refused the request: too_bad", error.Message, StringComparison.Ordinal);
        Assert.Null(source.Metadata.ClientId);
    }

    [Fact]
    public void A_secret_parameter_separates_tokens_and_is_known_to_redaction()
    {
        var (one, two) = (new Secret(Workbench.NewToken()), new Secret(Workbench.NewToken()));
        ClientCredentialsSource Source(Secret secret, bool isOwn) => new(
            _bench.Backchannel, _bench.Discovery,
            new OAuthClientOptions { TokenEndpoint = new Uri("https://id.contoso.com/token"), ClientId = "ops" },
            new GrantScope { IsOwnGrant = isOwn, SecretParameters = [new("subscription", secret)] }, "urn:provider:grant");

        foreach (var isOwn in new[] { true, false })
        {
            Assert.NotEqual(Source(one, isOwn).Key, Source(two, isOwn).Key);
            Assert.Equal(Source(one, isOwn).Key, Source(one, isOwn).Key);
            Assert.False(Source(one, isOwn).Key.IsIdentityComplete);
        }

        Assert.Contains(one, Source(one, true).Secrets);
    }

    [Theory]
    [InlineData("refresh_token")]
    [InlineData("password")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    public void A_grant_that_has_a_flow_of_its_own_is_refused(string grant) =>
        Assert.Equal("ReservedParameter", Assert.Throws<BearerTokenException>(() => new ClientCredentialsSource(
            _bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = new Uri("https://id.contoso.com/token"), ClientId = "ops" }, new GrantScope(), grant)).ErrorId);

    [Fact]
    public async Task Headers_of_the_user_are_sent_with_the_metadata_request_and_the_token_request()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
            ? $$"""{"access_token":"{{_token}}","token_type":"Bearer"}"""
            : $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"}"""));
        var client = new OAuthClientOptions
        {
            Authority = server.Address,
            ClientId = "ops",
            Secret = SecretReference.To(new Secret(Workbench.NewSecret())),
            Headers = new BackchannelHeaders([new("X-Api-Key", "key-1"), new("User-Agent", "ordinary-client/1.0")]),
        };

        await Workbench.AcquireAsync(new ClientCredentialsSource(_bench.Backchannel, _bench.Discovery, client, new GrantScope()));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(("key-1", "ordinary-client/1.0"), (request.Headers["X-Api-Key"], request.Headers["User-Agent"])));
    }

    public void Dispose() => _bench.Dispose();

    private async Task<AccessToken> AcquireAsync(string members, Func<OAuthClientOptions, OAuthClientOptions>? change = null)
    {
        await using var server = await OddServer.RespondingAsync($$"""{"access_token":"{{_token}}"{{members}}}""");
        var client = new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) };
        return (await Workbench.AcquireAsync(
            new ClientCredentialsSource(_bench.Backchannel, _bench.Discovery, change is null ? client : change(client), new GrantScope()))).Token;
    }

    private sealed class Services : IDisposable
    {
        private readonly BearerServices _services = new();

        public Connection Connection(AccessToken token, string path) =>
            new(_services, _services.Standalone(token), null, OriginPolicy.Create(null, [], [])) { BaseUriPath = path };

        public void Dispose() => _services.Clear();
    }
}
