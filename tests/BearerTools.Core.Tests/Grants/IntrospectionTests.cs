using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class IntrospectionTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly AccessToken _token = TestTokens.Token();

    [Fact]
    public async Task It_is_asked_by_an_authenticated_post_with_the_token_in_the_body_only()
    {
        await using var server = await OddServer.RespondingAsync("""{"active":true}""");

        await AskAsync(server);

        var request = Assert.Single(server.Requests);
        Assert.Equal("POST /introspect", $"{request.Method} {request.Path}");
        Assert.StartsWith("Basic ", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal(_token.Value.Reveal(), request.Form["token"]);
        Assert.Equal("access_token", request.Form["token_type_hint"]);
    }

    [Fact]
    public async Task The_values_of_the_authority_count()
    {
        await using var server = await OddServer.RespondingAsync(
            """{"active":true,"exp":1900000000,"nbf":1800000000,"aud":["a","b"],"scope":"read write","username":"ada"}""");

        var content = await AskAsync(server);

        Assert.True(content.IsActive);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), content.ExpiresOn);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), content.NotBefore);
        Assert.Equal(["a", "b"], content.Audiences);
        Assert.Equal(["read", "write"], content.Scopes);
        Assert.Equal("ada", content.Claims!["username"]);
    }

    [Fact]
    public async Task What_it_leaves_out_is_taken_from_the_token()
    {
        await using var server = await OddServer.RespondingAsync("""{"active":true}""");

        var content = await AskAsync(server, TestTokens.Token(value: TestTokens.Jwt("""{"exp":1900000000,"aud":"a","scope":"read"}""")));

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), content.ExpiresOn);
        Assert.Equal(["a"], content.Audiences);
        Assert.Equal(["read"], content.Scopes);
    }

    [Fact]
    public async Task A_token_that_is_not_active_fails_whatever_its_claims_are()
    {
        await using var server = await OddServer.RespondingAsync("""{"active":false,"exp":4000000000,"scope":"read"}""");

        var content = await AskAsync(server, TestTokens.Token(value: TestTokens.Jwt("""{"exp":4000000000,"scope":"read"}""")));

        Assert.Contains("inactive", Assert.Single(new TokenRequirements { Scopes = ["read"] }.Unmet(content, _bench.Clock.GetUtcNow())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"active":"true"}""")]
    [InlineData("""{"active":"false"}""")]
    [InlineData("""{"active":1}""")]
    [InlineData("""{"active":null}""")]
    [InlineData("""[{"active":true}]""")]
    [InlineData("true")]
    [InlineData("")]
    public async Task A_response_that_is_not_true_or_false_is_an_error(string json)
    {
        await using var server = await OddServer.RespondingAsync(json);

        var error = await FailAsync(server);

        Assert.Equal("IntrospectionFailed", error.ErrorId);
        Assert.Equal(BearerErrorKind.InvalidData, error.Kind);
    }

    [Theory]
    [InlineData("""{"error":"invalid_client"}""", 401, BearerErrorKind.Authentication)]
    [InlineData("", 403, BearerErrorKind.Authentication)]
    [InlineData("", 503, BearerErrorKind.Server)]
    public async Task A_refusal_does_not_show_the_token(string body, int status, BearerErrorKind kind)
    {
        await using var server = await OddServer.RespondingAsync(body, status);

        var error = await FailAsync(server);

        Assert.Equal("IntrospectionFailed", error.ErrorId);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(_token.Fingerprint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_echoes_the_token_does_not_leak_it()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"error":"invalid_request","error_description":"no {{_token.Value.Reveal()}} here"}""", 400);

        Assert.DoesNotContain(_token.Value.Reveal(), Workbench.AllTextOf(await FailAsync(server)), StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private Task<BearerTokenException> FailAsync(OddServer server) => Assert.ThrowsAsync<BearerTokenException>(() => AskAsync(server));

    private Task<TokenContent> AskAsync(OddServer server, AccessToken? token = null) =>
        _bench.ClientCredentials(server).Authority.IntrospectAsync(token ?? _token, server.At("/introspect"), EventSink.None, CancellationToken.None);
}
