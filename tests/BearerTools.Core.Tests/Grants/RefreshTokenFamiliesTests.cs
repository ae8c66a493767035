using System.Runtime.CompilerServices;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class RefreshTokenFamiliesTests : IDisposable
{
    private static readonly Uri s_endpoint = new("https://id.example.com/token");

    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_server_that_returns_another_servers_refresh_token_never_receives_its_successor()
    {
        var first = Workbench.NewToken();
        var successor = Workbench.NewToken();
        await using var good = await OddServer.RespondingAsync(Response(successor));
        // It has seen the first token somewhere, and returns it as its own.
        await using var hostile = await OddServer.RespondingAsync(Response(first));
        await Workbench.AcquireAsync(Source(good, first));
        var source = Source(hostile, Workbench.NewToken());

        var login = await Workbench.AcquireAsync(source);
        await Workbench.AcquireAsync(source, login);

        Assert.Equal(first, hostile.Requests[^1].Form["refresh_token"]);
        Assert.All(hostile.Requests, request => Assert.DoesNotContain(successor, request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_client_of_the_same_endpoint_never_sends_the_successor()
    {
        var first = Workbench.NewToken();
        await using var server = await OddServer.RespondingAsync(Response(Workbench.NewToken()));

        await Workbench.AcquireAsync(Source(server, first));
        await Workbench.AcquireAsync(Source(server, first, "other"));

        Assert.Equal([first, first], server.Requests.Select(request => request.Form["refresh_token"]));
    }

    [Fact]
    public async Task Clear_leaves_no_refresh_token_reachable()
    {
        var families = new RefreshTokenFamilies();
        var replaced = await RotateAsync(families, count: 40);
        Assert.Equal(80, families.Count);

        families.Clear();

        Assert.Equal(0, families.Count);
        Garbage.AssertCollected(replaced);
    }

    [Fact]
    public async Task A_request_that_ends_after_Clear_adds_nothing()
    {
        var families = new RefreshTokenFamilies();
        var isReleased = new TaskCompletionSource();
        var first = NewSecret();
        var using1 = families.Of(s_endpoint, "ops").UseAsync(first, async _ =>
        {
            await isReleased.Task;
            return Result(NewSecret());
        }, CancellationToken.None);

        families.Clear();
        isReleased.SetResult();
        await using1.Soon();

        Assert.Equal(0, families.Count);
        Assert.False(families.Of(s_endpoint, "ops").Contain(first));
    }

    [Fact]
    public async Task The_number_of_tokens_is_bounded_and_the_families_used_last_stay()
    {
        var families = new RefreshTokenFamilies(maxTokens: 100);
        var client = families.Of(s_endpoint, "ops");
        var last = NewSecret();
        for (var n = 0; n < 500; n++)
        {
            last = NewSecret();
            await client.UseAsync(last, _ => Task.FromResult(Result(NewSecret())), CancellationToken.None);
        }

        Assert.InRange(families.Count, 50, 101);
        Assert.True(client.Contain(last));
    }

    [Fact]
    public async Task A_family_that_is_in_use_does_not_go_when_room_is_needed()
    {
        var families = new RefreshTokenFamilies(maxTokens: 10);
        var client = families.Of(s_endpoint, "ops");
        var isReleased = new TaskCompletionSource();
        var busy = NewSecret();
        var waiting = client.UseAsync(busy, async _ =>
        {
            await isReleased.Task;
            return Result(NewSecret());
        }, CancellationToken.None);

        for (var n = 0; n < 50; n++) await client.UseAsync(NewSecret(), _ => Task.FromResult(Result(null)), CancellationToken.None);

        Assert.True(client.Contain(busy));
        isReleased.SetResult();
        await waiting.Soon();
    }

    public void Dispose() => _bench.Dispose();

    private static string Response(string refreshToken) =>
        JsonSerializer.Serialize(new { access_token = Workbench.NewToken(), token_type = "Bearer", refresh_token = refreshToken });

    private static Secret NewSecret() => new(Workbench.NewToken());

    private static TokenResult Result(Secret? refreshToken) => new(TestTokens.Token(), refreshToken);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> RotateAsync(RefreshTokenFamilies families, int count)
    {
        var references = new List<WeakReference>();
        for (var n = 0; n < count; n++)
        {
            var next = NewSecret();
            await families.Of(s_endpoint, "ops").UseAsync(NewSecret(), _ => Task.FromResult(Result(next)), CancellationToken.None);
            references.Add(new WeakReference(next));
        }

        return references;
    }

    private RefreshTokenSource Source(OddServer server, string token, string clientId = "ops") =>
        new(new OAuthClient(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = clientId }),
            SecretReference.To(new Secret(token)), new GrantScope());
}
