using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Composition;

public sealed class ClearTests
{
    private readonly BearerServices _services = new(new TestClock());

    [Fact]
    public async Task Clear_leaves_no_token_and_no_refresh_token_reachable()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, JsonSerializer.Serialize(
            new { access_token = Workbench.NewToken(), token_type = "Bearer", refresh_token = Workbench.NewToken() })));
        var secrets = await GetAsync(server, logins: 20);
        Assert.Equal(40, _services.Backchannel.RefreshTokens.Count);

        _services.Clear();

        Assert.Empty(_services.Cache.Snapshot());
        Assert.Equal(0, _services.Backchannel.RefreshTokens.Count);
        Garbage.AssertCollected(secrets);
    }

    [Fact]
    public async Task Clear_lifts_the_pause_of_an_API()
    {
        var lane = _services.Paces.Of(Origin.Of(new Uri("https://api.example.com"))).Lane("token", TimeSpan.FromMinutes(1));
        using var refusal = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        refusal.Headers.RetryAfter = new(TimeSpan.FromHours(1));
        lane.Leave(await lane.EnterAsync(null, null, EventSink.None, null, default), refusal);
        var waiting = lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();

        _services.Clear();

        await waiting.Soon();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<List<WeakReference>> GetAsync(OddServer server, int logins)
    {
        var references = new List<WeakReference>();
        var client = new OAuthClient(_services.Backchannel, _services.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" });
        for (var n = 0; n < logins; n++)
        {
            var source = new RefreshTokenSource(client, SecretReference.To(new Secret(Workbench.NewToken())), new GrantScope());
            var token = await _services.Cache.GetAsync(source, TokenRequestContext.Default, default);
            references.AddRange([new WeakReference(token.Value), new WeakReference(token.Entry!)]);
        }

        return references;
    }
}
