using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class RefreshTokenTests : IDisposable
{
    private const string Reused = """{"error":"invalid_grant","error_description":"used before"}""";

    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_refresh_token_gives_a_token_and_the_one_that_replaces_it_is_used_next()
    {
        await using var server = await RotatingAsync();
        var source = Source(server, "r0-first");

        var first = await Workbench.AcquireAsync(source);
        var second = await Workbench.AcquireAsync(source, first);

        Assert.Equal("RefreshToken", first.Token.Flow);
        Assert.Equal(["r0-first", "r1-next"], server.Requests.Select(r => r.Form["refresh_token"]));
        Assert.Equal("refresh_token", server.Requests[0].Form["grant_type"]);
        Assert.Equal("r2-next", second.RefreshToken!.Reveal());
    }

    [Fact]
    public async Task The_old_refresh_token_is_kept_when_no_new_one_comes()
    {
        await using var server = await OddServer.RespondingAsync("""{"access_token":"t-1","token_type":"Bearer"}""");
        var source = Source(server, "r0-first");

        var first = await Workbench.AcquireAsync(source);
        await Workbench.AcquireAsync(source, first);

        Assert.Equal("r0-first", first.RefreshToken!.Reveal());
        Assert.All(server.Requests, request => Assert.Equal("r0-first", request.Form["refresh_token"]));
    }

    [Fact]
    public async Task Two_keys_of_one_refresh_token_renew_one_after_the_other_and_use_it_once()
    {
        var isReleased = new TaskCompletionSource();
        await using var server = await RotatingAsync(isReleased.Task);
        var one = Source(server, "r0-first", new GrantScope { Scopes = ["a"] });
        var two = Source(server, "r0-first", new GrantScope { Scopes = ["b"] });

        var first = Workbench.AcquireAsync(one);
        var second = Workbench.AcquireAsync(two);
        isReleased.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(["r0-first", "r1-next"], server.Requests.Select(r => r.Form["refresh_token"]));
        Assert.NotEqual(one.Key, two.Key);
    }

    [Fact]
    public async Task A_key_that_lags_behind_uses_the_latest_refresh_token_of_its_family()
    {
        await using var server = await RotatingAsync();
        var one = Source(server, "r0-first", new GrantScope { Scopes = ["a"] });
        var two = Source(server, "r0-first", new GrantScope { Scopes = ["b"] });

        var old = await Workbench.AcquireAsync(two);
        TokenResult? latest = null;
        for (var i = 0; i < 80; i++) latest = await Workbench.AcquireAsync(one, latest);
        await Workbench.AcquireAsync(two, old);

        Assert.Equal(server.Requests.Count, server.Requests.Select(r => r.Form["refresh_token"]).Distinct().Count());
    }

    [Fact]
    public async Task A_refresh_token_that_was_used_elsewhere_is_an_error_that_says_how_to_log_in_again()
    {
        await using var server = await OddServer.RespondingAsync(Reused, 400);

        var error = await Workbench.FailAsync(Source(server, "r0-first"));

        Assert.Equal("InvalidGrant", error.ErrorId);
        Assert.Equal("invalid_grant", error.Error);
        Assert.Equal("used before", error.ErrorDescription);
        Assert.Contains("Get-BearerToken -Interactive", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("r0-first", Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_refresh_token_in_its_place_is_used_in_preference_to_what_came_from_the_old_one()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var server = await RotatingAsync();
            await File.WriteAllTextAsync(path, "r0-first\n");
            var source = new RefreshTokenSource(Client(server), SecretReference.Parse("file:" + path), new GrantScope());
            var first = await Workbench.AcquireAsync(source);

            await File.WriteAllTextAsync(path, "r0-other\n");
            await Workbench.AcquireAsync(source, first);

            Assert.Equal("r0-other", server.Requests[^1].Form["refresh_token"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Scopes_resources_and_additional_parameters_go_along()
    {
        await using var server = await RotatingAsync();
        var scope = new GrantScope { Scopes = ["a"], Resources = ["https://a.example.com/"], AdditionalParameters = [new("tenant", "x")] };

        await Workbench.AcquireAsync(Source(server, "r0-first", scope));

        var form = server.Requests[0].Form;
        Assert.Equal(("a", "https://a.example.com/", "x"), (form["scope"], form["resource"], form["tenant"]));
    }

    [Fact]
    public async Task At_an_authority_that_detects_reuse_a_family_of_tokens_stays_valid()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var options = new OAuthClientOptions { Authority = sandbox.Address.AbsoluteUri.TrimEnd('/'), ClientId = sandbox.ClientId, Secret = SecretReference.To(new Secret(sandbox.ClientSecret)) };
        var endpoint = await new OAuthClient(_bench.Backchannel, _bench.Discovery, options).ConnectAsync(EventSink.None, CancellationToken.None);
        var granted = await endpoint.RequestAsync([new("grant_type", "client_credentials"), new("scope", "refresh")], EventSink.None, CancellationToken.None);
        var one = new RefreshTokenSource(new OAuthClient(_bench.Backchannel, _bench.Discovery, options), SecretReference.To(granted.RefreshToken!), new GrantScope());
        var two = new RefreshTokenSource(new OAuthClient(_bench.Backchannel, _bench.Discovery, options), SecretReference.To(granted.RefreshToken!), new GrantScope { AdditionalParameters = [new("for", "two")] });

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Workbench.AcquireAsync(i % 2 == 0 ? one : two)));

        Assert.Equal(10, responses.Select(response => response.Token.Fingerprint).Distinct().Count());
    }

    public void Dispose() => _bench.Dispose();

    private static Task<OddServer> RotatingAsync(Task? released = null)
    {
        var count = 0;
        return OddServer.StartAsync(async context =>
        {
            var next = Interlocked.Increment(ref count);
            if (released is not null) await released;
            await OddServer.JsonAsync(context, JsonSerializer.Serialize(new { access_token = $"t-{next}", token_type = "Bearer", refresh_token = $"r{next}-next" }));
        });
    }

    private OAuthClient Client(OddServer server) =>
        new(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" });

    private RefreshTokenSource Source(OddServer server, string token, GrantScope? scope = null) =>
        new(Client(server), SecretReference.To(new Secret(token)), scope ?? new GrantScope());
}
