using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tests.Grants.Keys;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class GitHubAppTests : IDisposable
{
    private const string Granted = """{"token":"ghs-1234567890","expires_at":"2030-01-01T13:00:00Z","permissions":{"contents":"read","issues":"write"},"repository_selection":"all"}""";

    private readonly Workbench _bench = new();
    private readonly RSA _rsa = RSA.Create(2048);

    [Fact]
    public async Task A_JWT_of_the_app_is_sent_for_the_token_of_an_installation()
    {
        await using var server = await OddServer.RespondingAsync(Granted, 201);
        var source = Source(server);

        var token = (await Workbench.AcquireAsync(source)).Token;

        var sent = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/api/v3/app/installations/42/access_tokens"), (sent.Method, sent.Path));
        var (header, claims) = KeyFactory.Open(sent.Headers["Authorization"]["Bearer ".Length..], _rsa);
        Assert.Equal("RS256", header.GetProperty("alg").GetString());
        Assert.Equal("12345", claims.GetProperty("iss").GetString());
        var now = _bench.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(claims.GetProperty("iat").GetInt64(), now - 120, now - 30);
        Assert.InRange(claims.GetProperty("exp").GetInt64(), now + 60, now + 600);
        Assert.Equal("{}", sent.Body);
        Assert.Equal("ghs-1234567890", token.Value.Reveal());
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 13, 0, 0, TimeSpan.Zero), token.ExpiresOn);
        Assert.Equal(["contents:read", "issues:write"], token.Scopes);
        Assert.Equal("GitHubApp", token.Flow);
    }

    [Fact]
    public async Task Its_tokens_are_for_the_API_that_they_came_from()
    {
        await using var server = await OddServer.RespondingAsync(Granted, 201);

        Assert.Equal([Origin.Of(server.At("/"))], Source(server).Origins);
    }

    [Fact]
    public async Task Repositories_and_permissions_narrow_the_token_and_make_another_key()
    {
        await using var server = await OddServer.RespondingAsync(Granted, 201);
        var narrow = Source(server, o => o with { Repositories = ["one", "two"], Permissions = new Dictionary<string, string> { ["contents"] = "read" } });

        await Workbench.AcquireAsync(narrow);

        var body = JsonDocument.Parse(server.Requests[0].Body).RootElement;
        Assert.Equal(["one", "two"], body.GetProperty("repositories").EnumerateArray().Select(r => r.GetString()!));
        Assert.Equal("read", body.GetProperty("permissions").GetProperty("contents").GetString());
        Assert.NotEqual(narrow.Key, Source(server).Key);
    }

    [Theory]
    [InlineData(401, "GitHubAppRejected", BearerErrorKind.Authentication)]
    [InlineData(403, "GitHubAppForbidden", BearerErrorKind.Permission)]
    [InlineData(404, "InstallationNotFound", BearerErrorKind.NotFound)]
    [InlineData(422, "GitHubAppInvalid", BearerErrorKind.InvalidArgument)]
    [InlineData(500, "TokenRequestFailed", BearerErrorKind.Server)]
    public async Task A_refusal_is_an_error_with_GitHubs_text_and_what_to_check(int status, string id, BearerErrorKind kind)
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, JsonSerializer.Serialize(new { message = $"Bad thing {server!.Requests[^1].Headers["Authorization"]}", documentation_url = "https://docs.example.com" }), status));
        await using var stop = server;

        var error = await Workbench.FailAsync(Source(server));

        Assert.Equal((id, kind), (error.ErrorId, error.Kind));
        Assert.Contains("Bad thing", error.Message, StringComparison.Ordinal);
        Assert.Contains("12345", error.Message, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(error.NextStep));
        Assert.DoesNotContain(server.Requests[0].Headers["Authorization"]["Bearer ".Length..], Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"token":"a b"}""")]
    public async Task A_response_without_a_token_that_can_be_sent_is_an_error(string response)
    {
        await using var server = await OddServer.RespondingAsync(response, 201);

        Assert.Equal("TokenMissing", (await Workbench.FailAsync(Source(server))).ErrorId);
    }

    [Fact]
    public async Task The_JWT_follows_no_redirect()
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        Assert.Equal("UnexpectedRedirect", (await Workbench.FailAsync(Source(server))).ErrorId);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Impossible_options_are_refused_at_once()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new GitHubAppOptions { AppId = "12345", InstallationId = 42, Key = new KeyInHand(new ClientKey(ec)) };

        Assert.Equal("InvalidSigningAlgorithm", Assert.Throws<BearerTokenException>(() => new GitHubAppSource(_bench.Backchannel, options)).ErrorId);
        Assert.Equal("InsecureEndpoint", Assert.Throws<BearerTokenException>(() => new GitHubAppSource(_bench.Backchannel, options with { Api = new Uri("http://api.example.com") })).ErrorId);
    }

    [Fact]
    public async Task The_sandbox_gives_its_app_a_token_that_its_API_takes()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Clock = _bench.Clock });
        using var key = RSA.Create();
        key.ImportFromPem(sandbox.ClientKeyPem);
        var options = new GitHubAppOptions { Api = new Uri(sandbox.Address, "github/"), AppId = sandbox.ClientId, InstallationId = 4711, Key = new KeyInHand(new ClientKey(key)) };

        var token = (await Workbench.AcquireAsync(new GitHubAppSource(_bench.Backchannel, options))).Token;

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(sandbox.Address, "api/items/1"));
        request.Headers.TryAddWithoutValidation("Authorization", token.AuthorizationHeader);
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(_bench.Clock.GetUtcNow().AddHours(1), token.ExpiresOn);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _rsa.Dispose();
    }

    private GitHubAppSource Source(OddServer server, Func<GitHubAppOptions, GitHubAppOptions>? change = null)
    {
        var options = new GitHubAppOptions { Api = server.At("/api/v3/"), AppId = "12345", InstallationId = 42, Key = new KeyInHand(new ClientKey(_rsa)) };
        return new(_bench.Backchannel, change?.Invoke(options) ?? options);
    }
}
