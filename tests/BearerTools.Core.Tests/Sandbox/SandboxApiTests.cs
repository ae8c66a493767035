using System.Net;
using BearerTools.Sandbox;

namespace BearerTools.Tests.Sandbox;

public sealed class SandboxApiTests
{
    [Fact]
    public async Task The_gate_rejects_every_held_request_and_lets_the_newer_token_through()
    {
        const int count = 9;
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);
        var old = await caller.TokenAsync();

        var held = Enumerable.Range(0, count).Select(id => caller.PostAsync($"api/hold/{id}?expect={count}", old)).ToList();
        var firstHalf = new List<Task<HttpResponseMessage>>();
        while (firstHalf.Count < (count + 1) / 2)
        {
            var next = await Task.WhenAny(held.Except(firstHalf));
            firstHalf.Add(next);
        }
        var waiting = held.Count(request => !request.IsCompleted);
        var renewed = await caller.TokenAsync();
        var rejected = await Task.WhenAll(held);
        var responded = await Task.WhenAll(Enumerable.Range(0, count).Select(id => caller.PostAsync($"api/hold/{id}?expect={count}", renewed)));

        Assert.Equal(count / 2, waiting);
        Assert.All(rejected, response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
        Assert.All(responded, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal((2, 1, count), (server.Stats.MaxArrivalsPerId, server.Stats.MaxEffectsPerId, server.Stats.Effects));
    }

    [Fact]
    public async Task The_same_ids_are_flaky_everywhere_and_work_at_the_second_try()
    {
        var first = await FailuresOf(100);
        var second = await FailuresOf(100);

        Assert.InRange(first.Count, 5, 40);
        Assert.Equal(first, second);

        static async Task<List<int>> FailuresOf(int ids)
        {
            await using var server = await SandboxServer.StartAsync(new SandboxOptions());
            using var caller = new SandboxCaller(server);
            var token = await caller.TokenAsync();
            var failed = new List<int>();
            for (var id = 0; id < ids; id++)
            {
                using var response = await caller.GetAsync($"api/flaky/{id}?seed=7", token);
                if (response.StatusCode != HttpStatusCode.OK) failed.Add(id);
            }
            foreach (var id in failed)
            {
                using var again = await caller.GetAsync($"api/flaky/{id}?seed=7", token);
                Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            }
            return failed;
        }
    }

    [Fact]
    public async Task A_throttled_endpoint_refuses_what_is_too_fast_and_recovers_with_time()
    {
        var clock = new HandClock();
        await using var server = await SandboxServer.StartAsync(new SandboxOptions { Clock = clock });
        using var caller = new SandboxCaller(server);
        var token = await caller.TokenAsync();

        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 3; n++)
        {
            using var response = await caller.GetAsync("api/throttled?limit=2", token);
            statuses.Add(response.StatusCode);
        }
        clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await caller.GetAsync("api/throttled?limit=2", token);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.Equal(3, server.Stats.MaxThrottledPerSecond);
    }

    [Fact]
    public async Task Rows_are_as_many_and_as_large_as_asked_for()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);

        using var response = await caller.GetAsync("api/items?count=500&size=1000", await caller.TokenAsync());
        var rows = (await SandboxCaller.ReadAsync(response)).EnumerateArray().ToList();

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal(500, rows.Count);
        Assert.All(rows, row => Assert.Equal(1000, row.GetRawText().Length));
    }

    [Fact]
    public async Task The_tokens_of_one_sandbox_are_worth_nothing_at_another()
    {
        await using var one = await SandboxServer.StartAsync(new SandboxOptions());
        await using var other = await SandboxServer.StartAsync(new SandboxOptions());
        using var callerOfOne = new SandboxCaller(one);
        using var callerOfOther = new SandboxCaller(other);

        using var response = await callerOfOther.GetAsync("api/users", await callerOfOne.TokenAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
