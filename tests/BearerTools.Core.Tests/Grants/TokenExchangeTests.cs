using System.Security;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class TokenExchangeTests : IDisposable
{
    private const string Prefix = "urn:ietf:params:oauth:token-type:";

    private readonly Workbench _bench = new();
    private readonly string _token = Workbench.NewToken();
    private readonly AccessToken _subject = new(new Secret(Workbench.NewToken()), new TokenMetadata());

    [Fact]
    public async Task The_subject_goes_with_its_type_always()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());

        await Workbench.AcquireAsync(Source(server));

        var form = server.Requests[0].Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:token-exchange", form["grant_type"]);
        Assert.Equal(_subject.Value.Reveal(), form["subject_token"]);
        Assert.Equal(Prefix + "access_token", form["subject_token_type"]);
        Assert.False(form.ContainsKey("actor_token"));
        Assert.False(form.ContainsKey("actor_token_type"));
        Assert.False(form.ContainsKey("requested_token_type"));
    }

    [Fact]
    public async Task Actor_types_audiences_and_resources_are_sent()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var actor = new AccessToken(new Secret(Workbench.NewToken()), new TokenMetadata());

        await Workbench.AcquireAsync(Source(server, options => options with
        {
            SubjectType = "id_token",
            Actor = new TokenReference(actor),
            ActorType = "jwt",
            RequestedType = "urn:example:own-type",
            Audiences = ["one", "two"],
        }, new GrantScope { Scopes = ["a"], Resources = ["https://a.example.com/", "https://b.example.com/"] }));

        var form = server.Requests[0].Form;
        Assert.Equal(Prefix + "id_token", form["subject_token_type"]);
        Assert.Equal((actor.Value.Reveal(), Prefix + "jwt"), (form["actor_token"], form["actor_token_type"]));
        Assert.Equal("urn:example:own-type", form["requested_token_type"]);
        Assert.Equal("one\ntwo", form["audience"]);
        Assert.Equal("https://a.example.com/\nhttps://b.example.com/", form["resource"]);
        Assert.Equal("a", form["scope"]);
    }

    [Fact]
    public async Task A_secret_among_the_additional_parameters_is_redacted_from_what_the_server_quotes()
    {
        var secret = Workbench.NewSecret();
        await using var server = await OddServer.RespondingAsync($$"""{"error":"invalid_request","error_description":"bad key {{secret}}"}""", 400);

        var error = await Workbench.FailAsync(Source(server, scope: new GrantScope { AdditionalParameters = [new("api_key", secret)] }));

        Assert.Contains("bad key ***", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_issued_type_is_reported()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());

        var token = (await Workbench.AcquireAsync(Source(server))).Token;

        Assert.Equal(Prefix + "access_token", token.IssuedTokenType);
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal("TokenExchange", token.Flow);
    }

    [Theory]
    [InlineData("id_token", "N_A")]
    [InlineData("saml2", "n_a")]
    [InlineData("refresh_token", "N_A")]
    [InlineData("refresh_token", "Bearer")]
    public async Task A_token_that_is_not_for_APIs_is_valid_and_never_goes_into_a_header(string issued, string type)
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse(issued, type));

        var token = (await Workbench.AcquireAsync(Source(server))).Token;

        Assert.Equal("N_A", token.TokenType);
        Assert.Equal(Prefix + issued, token.IssuedTokenType);
        Assert.Equal("TokenNotForApis", Assert.Throws<BearerTokenException>(() => token.AuthorizationHeader).ErrorId);
        Assert.Equal("TokenNotForApis", Assert.Throws<BearerTokenException>(() => (SecureString)token).ErrorId);
        Assert.Equal(_token.Length, token.Token.Length);
    }

    [Fact]
    public async Task Without_an_issued_type_a_token_that_is_not_for_APIs_is_of_an_unknown_type()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"access_token":"{{_token}}","token_type":"N_A"}""");

        Assert.Equal("UnknownTokenType", (await Workbench.FailAsync(Source(server))).ErrorId);
    }

    [Fact]
    public async Task A_type_other_than_the_requested_one_is_reported()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse("jwt"));
        var events = new EventLog();

        await Source(server, options => options with { RequestedType = "access_token" }).AcquireAsync(new TokenRequestContext { Events = events }, CancellationToken.None);

        Assert.Equal(Prefix + "jwt", Assert.Single(events.Of<IssuedTokenTypeDiffers>()).Issued);
    }

    [Fact]
    public async Task A_subject_token_from_the_cache_is_renewed()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        await using var first = await OddServer.StartAsync(context => OddServer.JsonAsync(context, $$"""{"access_token":"{{Workbench.NewToken()}}","token_type":"Bearer","expires_in":60}"""));
        var entry = new TokenCache(_bench.Clock).Entry(_bench.ClientCredentials(first));
        var subject = await entry.GetAsync(TokenRequestContext.Default, CancellationToken.None);
        var source = Source(server, options => options with { Subject = new TokenReference(subject) });
        await Workbench.AcquireAsync(source);

        _bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await Workbench.AcquireAsync(source);

        Assert.Equal(2, first.Requests.Count);
        Assert.Equal(subject.Value.Reveal(), server.Requests[0].Form["subject_token"]);
        Assert.Equal(entry.Current!.Value.Reveal(), server.Requests[1].Form["subject_token"]);
        Assert.NotEqual(server.Requests[0].Form["subject_token"], server.Requests[1].Form["subject_token"]);
    }

    [Fact]
    public async Task A_refresh_token_of_the_response_renews_and_when_it_is_refused_the_exchange_begins_anew()
    {
        var isOver = false;
        OddServer? server = null;
        server = await OddServer.StartAsync(context => isOver && server!.Requests[^1].Form["grant_type"] == "refresh_token"
            ? OddServer.JsonAsync(context, """{"error":"invalid_grant"}""", 400)
            : OddServer.JsonAsync(context, ApiResponse(more: $",\"refresh_token\":\"{Workbench.NewToken()}\"")));
        await using var stop = server;
        var source = Source(server);

        var second = await Workbench.AcquireAsync(source, await Workbench.AcquireAsync(source));
        isOver = true;
        var third = await Workbench.AcquireAsync(source, second);

        Assert.Equal(["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"], server.Requests.Select(r => r.Form["grant_type"]));
        Assert.Equal(_token, third.Token.Value.Reveal());
    }

    [Fact]
    public async Task An_unknown_name_of_a_type_is_refused_before_anything_is_sent()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());

        var error = Assert.Throws<BearerTokenException>(() => Source(server, options => options with { SubjectType = "acces_token" }));

        Assert.Equal("UnknownTokenTypeName", error.ErrorId);
        Assert.Contains("access_token", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_makes_another_token_makes_another_key()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var other = new TokenReference(new AccessToken(new Secret(Workbench.NewToken()), new TokenMetadata()));
        TokenKey[] keys =
        [
            Source(server).Key,
            Source(server, o => o with { Subject = other }).Key,
            Source(server, o => o with { SubjectType = "jwt" }).Key,
            Source(server, o => o with { Actor = other }).Key,
            Source(server, o => o with { Actor = other, ActorType = "jwt" }).Key,
            Source(server, o => o with { RequestedType = "jwt" }).Key,
            Source(server, o => o with { Audiences = ["a"] }).Key,
            Source(server, scope: new GrantScope { Scopes = ["a"] }).Key,
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(Source(server).Key, Source(server).Key);
    }

    [Fact]
    public async Task The_sandbox_exchanges_its_tokens()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var options = new OAuthClientOptions { Authority = sandbox.Address.AbsoluteUri.TrimEnd('/'), ClientId = sandbox.ClientId, Secret = SecretReference.To(new Secret(sandbox.ClientSecret)) };
        var own = await Workbench.AcquireAsync(new ClientCredentialsSource(_bench.Backchannel, _bench.Discovery, options, new GrantScope()));
        var context = new TokenExchangeOptions { Subject = new TokenReference(own.Token), Actor = new TokenReference(own.Token) };

        var token = (await Workbench.AcquireAsync(new TokenExchangeSource(new OAuthClient(_bench.Backchannel, _bench.Discovery, options), context, new GrantScope()))).Token;

        Assert.Equal(Prefix + "access_token", token.IssuedTokenType);
        Assert.NotEqual(own.Token.Fingerprint, token.Fingerprint);
        Assert.Equal(sandbox.ClientId, token.Account);
    }

    public void Dispose() => _bench.Dispose();

    private string ApiResponse(string issued = "access_token", string type = "Bearer", string more = "") =>
        $$"""{"access_token":"{{_token}}","issued_token_type":"{{Prefix}}{{issued}}","token_type":"{{type}}","expires_in":60{{more}}}""";

    private TokenExchangeSource Source(OddServer server, Func<TokenExchangeOptions, TokenExchangeOptions>? change = null, GrantScope? scope = null)
    {
        var options = new TokenExchangeOptions { Subject = new TokenReference(_subject) };
        var client = new OAuthClient(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" });
        return new(client, change?.Invoke(options) ?? options, scope ?? new GrantScope());
    }
}
