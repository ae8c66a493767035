using System.Net;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>Tokens that are revoked while a thousand requests are under way. Alone, because they want the whole machine.</summary>
[CollectionDefinition(nameof(RevocationTests), DisableParallelization = true)]
[Collection(nameof(RevocationTests))]
public sealed class RevocationTests
{
    [Fact]
    public async Task A_thousand_requests_whose_token_is_revoked_make_one_token_request_and_take_effect_once_each()
    {
        await using var route = await SandboxRoute.OpenAsync();
        var body = new BytesBody("""{"n":1}"""u8.ToArray(), "application/json");
        var jobs = Enumerable.Range(0, 1000).Select(n => route.Get($"api/hold/{n}?expect=1000") with { Method = HttpMethod.Post, Body = body });

        var items = await RunAsync(route, 1000, jobs);

        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(1000, items.Rows().Count());
        Assert.Equal(Enumerable.Range(0, 1000).Select(n => $$"""{"id":"{{n}}"}"""), items.Rows());
        var stats = route.Server.Stats;
        Assert.Equal(2, stats.TokenRequests); // the first token, and one for all that were rejected
        Assert.Equal(1000, stats.Unauthorized);
        Assert.Equal(2, stats.MaxArrivalsPerId);
        Assert.Equal(1, stats.MaxEffectsPerId);
        Assert.Equal(1000, stats.Effects);
        Assert.InRange(stats.MaxConcurrent, 1000, 1001);
    }

    [Fact]
    public async Task A_server_that_rejects_every_token_sees_two_token_requests()
    {
        await using var route = await SandboxRoute.OpenAsync();

        var items = await RunAsync(route, 32, Enumerable.Range(0, 300).Select(n => route.Get($"api/reject?n={n}")));

        Assert.Equal(300, items.Count);
        Assert.All(items, item => Assert.Equal(HttpStatusCode.Unauthorized, Assert.IsType<BearerRequestException>(((JobFailure)item.Value!).Error).StatusCode));
        Assert.Equal(2, route.Server.Stats.TokenRequests);
        Assert.InRange(route.Server.Stats.Requests, 301, 600);
    }

    private static async Task<List<RunItem>> RunAsync(SandboxRoute route, int concurrent, IEnumerable<RequestTemplate> templates)
    {
        var run = new RequestRun(route.Sender, _ => new TextRows(), JsonReadOptions.Default);
        using var runner = new Runner(new RunnerLimits(concurrent));
        return await runner.RunAllAsync(templates.Select(template => new RequestJob(run, template))).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
