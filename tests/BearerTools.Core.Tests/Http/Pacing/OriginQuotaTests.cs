using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Pacing;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

public sealed class OriginQuotaTests : OriginPaceBench
{
    [Fact]
    public async Task A_quota_that_is_used_up_is_waited_for_before_the_api_refuses()
    {
        using var one = Left(1, 30);
        CommonLane.Leave(Now(Enter()), one);
        var last = Enter();
        var tooMany = Enter();

        Assert.Equal(1, Pace.Waiting);
        using var none = Left(0, 30);
        CommonLane.Leave(Now(last), none);
        Assert.Equal(1, Pace.Waiting);
        Clock.Advance(TimeSpan.FromSeconds(30.1));
        await tooMany.Soon();
    }

    [Fact]
    public async Task A_quota_that_the_next_responses_do_not_repeat_is_counted_down()
    {
        using var two = Left(2, 4);
        using var silent = new HttpResponseMessage();
        two.RequestMessage = silent.RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://api.example/orders");
        CommonLane.Leave(Now(Enter()), two);
        for (var i = 0; i < 2; i++) CommonLane.Leave(Now(Enter()), silent);

        var third = Enter();
        Assert.False(third.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(4.1));
        await third.Soon();
    }

    [Fact]
    public async Task When_a_quota_is_full_again_the_first_one_finds_out_how_full()
    {
        using var usedUp = Left(0, 30);
        CommonLane.Leave(Now(Enter()), usedUp);
        Clock.Advance(TimeSpan.FromSeconds(31));
        var entered = Enumerable.Range(0, 20).Select(_ => Enter()).ToArray();
        Assert.Equal(19, Pace.Waiting);

        using var some = Left(3, 30);
        var sent = await entered[0].Soon();
        CommonLane.Leave(sent, some);
        Assert.Equal(17, Pace.Waiting);
        using var one = Left(1, 30);
        CommonLane.Leave(await entered[1].Soon(), one);
        Assert.Equal(17, Pace.Waiting);
    }

    [Theory]
    [InlineData("429 of a token", false)]
    [InlineData("quota of a token", false)]
    [InlineData("503", true)]
    public void A_limit_holds_for_its_token_and_an_unavailable_service_for_all(string limit, bool isEveryones)
    {
        using var response = limit == "503" ? Refusal(503, "30") : limit == "429 of a token" ? Refusal(429, "30") : Left(0, 30);
        var (one, other) = (Lane("one"), Lane("other"));
        one.Leave(Now(Enter(one)), response);

        Assert.False(Enter(one).IsCompleted);
        Assert.Equal(!isEveryones, Enter(other).IsCompleted);
        Assert.False(Enter(Lane("one")).IsCompleted);
    }

    [Fact]
    public async Task Requests_that_wait_for_a_quota_do_not_delay_those_with_another_token_which_keep_their_order()
    {
        using var usedUp = Left(0, 30);
        var (one, other) = (Lane("one"), Lane("other"));
        one.Leave(Now(Enter(one)), usedUp);
        Pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var entered = new[] { Enter(other), Enter(one), Enter(other), Enter(other) };

        other.Leave(Now(entered[0]), null);
        var next = await entered[2].Soon();
        Assert.Equal([true, false, true, false], entered.Select(entering => entering.IsCompleted));
        other.Leave(next, null);
        await entered[3].Soon();
        Assert.False(entered[1].IsCompleted);
    }

    [Fact]
    public async Task A_wait_for_a_quota_is_bounded_and_each_command_has_its_own_bound()
    {
        using var usedUp = Left(0, 86400);
        CommonLane.Leave(Now(Enter()), usedUp);
        CommonLane.Leave(Now(Enter(Lane(string.Empty, maxQuotaWait: 0))), null);
        var (patient, usual) = (Enter(Lane(string.Empty, maxQuotaWait: 600)), Enter());

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, Pace.Waiting);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await usual.Soon();
        Assert.False(patient.IsCompleted);
    }

    [Fact]
    public async Task An_api_that_reports_an_exhausted_quota_with_every_response_costs_one_wait_only()
    {
        using var usedUp = Left(0, 86400);
        CommonLane.Leave(Now(Enter()), usedUp);
        var first = Enter();
        Clock.Advance(TimeSpan.FromSeconds(61));
        CommonLane.Leave(await first.Soon(), usedUp);

        for (var n = 0; n < 100; n++) CommonLane.Leave(Now(Enter()), usedUp);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(6, true)]
    [InlineData(86400, true)]
    public void A_long_wait_for_a_quota_is_a_warning_once_and_shown(int reset, bool warns)
    {
        using var usedUp = Left(0, reset);
        CommonLane.Leave(Now(Enter()), usedUp);
        var (events, progress) = (new EventLog(), new Progress());

        _ = CommonLane.EnterAsync(null, null, events, progress, default).AsTask();
        _ = CommonLane.EnterAsync(null, null, events, null, default).AsTask();

        Assert.Equal([warns ? EventLevel.Warning : EventLevel.Verbose, EventLevel.Verbose], events.Events.Select(e => e.Level));
        Assert.Equal(new RequestPaused(PauseReason.QuotaUsedUp, TimeSpan.FromSeconds(Math.Min(reset, 60)), "default", warns), events.Events.First());
        Assert.StartsWith("waiting until ", progress.State, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromSeconds(61));
        SpinWait.SpinUntil(() => progress.State is null, TimeSpan.FromSeconds(10));
        Assert.Null(progress.State);
    }

    [Fact]
    public async Task After_each_pause_no_more_requests_are_released_than_the_api_accepted_before()
    {
        // As an API that takes 2 a second and asks the others to wait a second.
        var (left, refused, done) = (2.0, 0, 0);
        var filled = Clock.GetUtcNow();
        var requests = Enumerable.Range(0, 8).Select(_ => Enter()).ToList();
        while (requests.Count > 0)
        {
            await Task.WhenAll(requests.Count == Pace.Waiting ? [] : [Task.WhenAny(requests)]).Soon();
            if (requests.Find(entering => entering.IsCompleted) is not { } entered)
            {
                Clock.Advance(Clock.NextIn!.Value);
                continue;
            }

            requests.Remove(entered);
            left = Math.Min(2, left + (2 * (Clock.GetUtcNow() - filled).TotalSeconds));
            filled = Clock.GetUtcNow();
            using var response = left >= 1 ? new HttpResponseMessage() : Refusal(429, "1");
            if (left >= 1) (left, done) = (left - 1, done + 1);
            else refused++;
            CommonLane.Leave(await entered, response);
            if (!response.IsSuccessStatusCode) requests.Add(Enter());
        }

        Assert.Equal(8, done);
        Assert.Equal(7, refused);
    }

    [Fact]
    public void The_number_of_tokens_is_bounded_even_if_each_is_limited_and_clear_empties_all()
    {
        for (var n = 0; n < 200; n++)
        {
            using var response = Refusal(429, "3600");
            var lane = Lane($"{n}");
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            lane.Leave(Now(Enter(lane)), response);
        }

        Assert.False(Enter(Lane("199")).IsCompleted);
        Assert.Equal(Math.Min(200, OriginPace.MaxTokens), Enumerable.Range(0, 200).Count(n => !Enter(Lane($"{199 - n}")).IsCompleted));
        Pace.Lift();
        Assert.Equal(0, Pace.Waiting);
    }

    private sealed class Progress : IProgressSink
    {
        public string? State { get; private set; }

        public void Show(string? state) => State = state;
    }
}
