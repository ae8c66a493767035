using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Explaining;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Tests.Http;
using BearerTools.Tests.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Explaining;

public sealed class ExplanationTests
{
    private readonly EventLog _log = new(EventLevel.Detail);

    [Fact]
    public void An_explanation_is_a_sentence()
    {
        var texts = EventSamples.All.Select(Explanation.Of).OfType<string>().ToArray();

        Assert.True(texts.Length > 50, $"There are {texts.Length} explanations.");
        Assert.All(texts, text =>
        {
            Assert.EndsWith(".", text, StringComparison.Ordinal);
            Assert.DoesNotContain("..", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_token_without_an_expiry_is_not_renewed_before_it() => Assert.EndsWith(
        "its issuer states no expiry. A new one is requested when the API rejects it.",
        Explanation.Of(new CachedTokenUsed("0123456789ab", "ClientCredentials", null, CanRenew: true)),
        StringComparison.Ordinal);

    [Fact]
    public void An_explanation_says_more_than_the_verbose_line() =>
        Assert.All(
            EventSamples.All.Where(e => e is not DecisionEvent && Explanation.Of(e) is not null),
            e => Assert.NotEqual(EventText.Format(e), Explanation.Of(e)));

    [Fact]
    public void Every_decision_is_explained() =>
        Assert.All(EventSamples.All.Where(e => e is DecisionEvent), e => Assert.NotNull(Explanation.Of(e)));

    [Fact]
    public void A_wait_for_a_limit_that_workers_share_names_it() => Assert.EndsWith(
        "because all workers of the fleet share -RateLimit.",
        Explanation.Of(new PaceAwaited(
            Origin.Of(new Uri("https://api.contoso.com")), TimeSpan.FromSeconds(1), "all workers of the fleet share -RateLimit")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "keeps to the limit by itself, because it knows of no other workers.")]
    [InlineData(2, "keeps to its share, half of the limit.")]
    [InlineData(3, "keeps to its share, one third of the limit.")]
    [InlineData(16, "keeps to its share, 1/16 of the limit.")]
    public void A_worker_without_its_server_says_what_it_keeps_to(int workers, string end) => Assert.EndsWith(
        $"Until it returns, this worker {end}",
        EventText.Format(new SharedPaceUnavailable("Redis is away.") { IsOfFleet = true, Workers = workers }),
        StringComparison.Ordinal);

    [Fact]
    public void A_decision_for_many_inputs_is_explained_once()
    {
        var explainer = new Explainer();
        var origin = Origin.Of(new Uri("https://api.contoso.com"));

        var texts = Enumerable.Range(1, 100).Select(n => explainer.Explain(new PaceAwaited(origin, TimeSpan.FromSeconds(n))));

        Assert.Equal(
            ["Requests to https://api.contoso.com wait for their turn (the first one 1 s), because a limit applies to that origin: -RateLimit, "
                + "-OriginThrottleLimit or -AdaptiveThrottle of a running command, or a pause or quota of the API."],
            texts.OfType<string>());
    }

    [Fact]
    public void The_number_of_explanations_is_bounded_and_the_last_one_says_so()
    {
        var explainer = new Explainer();

        var texts = Enumerable.Range(1, 1000)
            .Select(n => explainer.Explain(new ResponseRetried(HttpMethod.Get, new Uri($"https://api.contoso.com/{n}"), 503, 1, 2, default, false)))
            .OfType<string>().ToArray();

        Assert.Equal(Explainer.MaxSentences + 1, texts.Length);
        Assert.StartsWith("There are more decisions", texts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_explanation_contains_no_secret()
    {
        var secret = new Secret(Guid.NewGuid().ToString("N"));

        var text = new Explainer().Explain(new FailureRetried($"The server said '{secret.Reveal()}'.", "Test", 1, 2, TimeSpan.FromSeconds(1)));

        Assert.StartsWith("The server said '***'. That is often temporary", text, StringComparison.Ordinal);
        GC.KeepAlive(secret);
    }

    [Fact]
    public async Task The_first_request_gets_a_token_and_a_connection_which_the_second_uses_too()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        for (var i = 0; i < 2; i++)
        {
            using var response = await wire.Sender.SendAsync(Wire.Get(server.At("/")), new RequestContext(_log, default)).Soon();
            await response.Message.Content.ReadAsByteArrayAsync();
        }

        Assert.Equal([new TokenRequestStarted(TokenReason.First, "Scripted", null)], _log.Of<TokenRequestStarted>());
        var token = wire.Tokens.Current!;
        Assert.Equal([new CachedTokenUsed(token.Fingerprint, "Scripted", token.ExpiresOn, true)], _log.Of<CachedTokenUsed>());
        Assert.Equal([false, true], _log.Of<ConnectionUsed>().Select(used => used.IsReused));
    }

    [Fact]
    public async Task A_post_that_may_have_been_processed_is_not_retried_and_the_explanation_says_why()
    {
        await using var server = await OddServer.RespondingAsync("{}", 503);
        using var wire = new Wire(retries: new RetryPolicy { MaxRetries = 2, Interval = TimeSpan.FromMilliseconds(1) });

        (await wire.Sender.SendAsync(Wire.Post(server.At("/orders")), new RequestContext(_log, default)).Soon()).Dispose();

        var declined = Assert.Single(_log.Of<RetryDeclined>());
        Assert.Equal(
            $"POST {server.Address}/orders returned 503 and is not sent again, because the API may have processed it, and POST is not safe to "
                + "repeat. -IdempotencyKey makes it safe if the API supports that header.",
            Explanation.Of(declined));
    }

    [Fact]
    public async Task Retries_that_are_used_up_are_explained()
    {
        await using var server = await OddServer.RespondingAsync("{}", 503);
        using var wire = new Wire(retries: new RetryPolicy { MaxRetries = 1, Interval = TimeSpan.FromMilliseconds(1) });

        (await wire.Sender.SendAsync(Wire.Get(server.At("/")), new RequestContext(_log, default)).Soon()).Dispose();

        Assert.Equal("given up after 2 attempts", Assert.Single(_log.Of<RetryDeclined>()).Reason);
    }

    [Fact]
    public async Task An_explaining_command_takes_decisions_and_steps_but_no_details()
    {
        using var runner = new Runner(new RunnerLimits(1), new EventLevels(Explain: true));

        var items = await runner.RunAllAsync([new TestJob((output, _) =>
        {
            foreach (var level in Enum.GetValues<EventLevel>()) output.Write(new TestEvent($"{level}", level));
            return Task.CompletedTask;
        })]).Soon();

        Assert.Equal([EventLevel.Detail, EventLevel.Verbose, EventLevel.Warning], items.Select(item => ((DiagnosticEvent)item.Value!).Level));
    }
}
