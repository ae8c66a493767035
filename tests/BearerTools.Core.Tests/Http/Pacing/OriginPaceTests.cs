using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Pacing;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

public sealed class OriginPaceTests
{
    private readonly TestClock _clock = new();
    private readonly OriginPace _pace;
    private readonly PaceLane _lane;

    public OriginPaceTests()
    {
        _pace = new OriginPace(_clock, () => 1);
        _lane = Lane(string.Empty);
    }

    [Fact]
    public void Without_a_limit_no_request_waits_and_none_is_counted()
    {
        for (var n = 0; n < 1000; n++) Assert.False(Now(Enter()).IsCounted);
    }

    [Fact]
    public async Task The_cap_of_an_origin_holds_for_all_commands_together()
    {
        _pace.Join(new PaceOptions { MaxConcurrent = 3 });
        _pace.Join(new PaceOptions { MaxConcurrent = 2 });
        var (first, second, third, fourth) = (Enter(), Enter(), Enter(), Enter());

        Assert.Equal(2, _pace.Waiting);
        _lane.Leave(Now(first), null);
        await third.Soon();
        Assert.Equal(1, _pace.Waiting);
        _pace.Quit(new PaceOptions { MaxConcurrent = 2 });
        await fourth.Soon();
        Assert.True(second.IsCompleted);
    }

    [Fact]
    public async Task Waiters_proceed_in_order_of_arrival()
    {
        _pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var entered = new List<Task<Permit>> { Enter(), Enter(), Enter(), Enter() };
        for (var n = 0; n < entered.Count; n++)
        {
            Assert.Equal(3 - n, _pace.Waiting);
            _lane.Leave(await entered[n].Soon(), null);
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_pause_that_one_response_asks_for_applies_to_all_requests(int status)
    {
        var permit = Now(Enter());
        using var response = Refusal(status, "7");

        Assert.Equal(TimeSpan.FromSeconds(7), _lane.Leave(permit, response));
        var next = Enter();
        _clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, _pace.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await next.Soon();
    }

    [Fact]
    public async Task A_permit_is_given_back_even_when_the_response_cannot_be_judged()
    {
        var pace = new OriginPace(new ClockWithoutDates(), () => 1);
        pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var lane = pace.Lane(string.Empty, default);
        var first = await lane.EnterAsync(null, null, EventSink.None, null, default);
        var second = lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();
        using var response = Refusal(429, "7");

        Assert.Throws<NotSupportedException>(() => lane.Leave(first, response));

        lane.Leave(await second.Soon(), null);
        Assert.Equal(0, pace.Waiting);
    }

    [Fact]
    public void A_503_without_Retry_After_pauses_no_request()
    {
        using var response = Refusal(503, null);
        _lane.Leave(Now(Enter()), response);

        Assert.True(Enter().IsCompleted);
    }

    [Fact]
    public async Task A_429_without_Retry_After_pauses_all_requests_briefly_and_longer_each_time()
    {
        var permit = Now(Enter());
        foreach (var milliseconds in (int[])[5, 10, 20, 40])
        {
            using var response = Refusal(429, null);
            _lane.Leave(permit, response);
            var next = Enter();
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 2));
            Assert.Equal(1, _pace.Waiting);
            _clock.Advance(TimeSpan.FromMilliseconds(4));
            permit = await next.Soon();
        }
    }

    [Fact]
    public async Task A_429_now_and_then_makes_no_long_pauses()
    {
        using var good = new HttpResponseMessage();
        for (var n = 0; n < 200; n++)
        {
            using var response = Refusal(429, null);
            var entering = Enter();
            _clock.Advance(TimeSpan.FromMilliseconds(12));
            _lane.Leave(await entering.Soon(), n % 10 == 0 ? response : good);
        }
    }

    [Fact]
    public async Task After_a_pause_not_all_come_at_once()
    {
        var permits = Enumerable.Range(0, 8).Select(_ => Now(Enter())).ToArray();
        foreach (var permit in permits)
        {
            using var response = Refusal(429, "1");
            _lane.Leave(permit, response);
        }

        var entered = Enumerable.Range(0, 8).Select(_ => Enter()).ToArray();
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(7, _pace.Waiting);

        using var good = new HttpResponseMessage();
        _lane.Leave(await entered[0].Soon(), good);
        Assert.Equal(5, _pace.Waiting);
    }

    [Fact]
    public async Task After_recovery_requests_are_no_longer_counted()
    {
        using var response = Refusal(429, "1");
        _lane.Leave(Now(Enter()), response);
        _clock.Advance(TimeSpan.FromSeconds(2));
        using var good = new HttpResponseMessage();
        _lane.Leave(await Enter().Soon(), good);

        Assert.False(Now(Enter()).IsCounted);
    }

    [Fact]
    public async Task A_pause_that_ends_too_late_is_an_error_without_a_wait()
    {
        var permit = Now(Enter());
        var other = Now(Enter());
        using var shorter = Refusal(429, "5");
        _lane.Leave(permit, shorter);
        var waits = Enter(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _pace.Waiting);

        using var longer = Refusal(429, "60");
        _lane.Leave(other, longer);

        var error = await Assert.ThrowsAsync<PausedTooLongException>(() => waits.Soon());
        Assert.Equal(TimeSpan.FromSeconds(60), error.Pause.For);
        await Assert.ThrowsAsync<PausedTooLongException>(() => Enter(TimeSpan.FromSeconds(59)).Soon());
        _ = Enter(TimeSpan.FromSeconds(61));
        Assert.Equal(1, _pace.Waiting);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_waited_for_before_the_api_refuses()
    {
        using var one = Left(1, 30);
        _lane.Leave(Now(Enter()), one);
        var last = Enter();
        var tooMany = Enter();

        Assert.Equal(1, _pace.Waiting);
        using var none = Left(0, 30);
        _lane.Leave(Now(last), none);
        Assert.Equal(1, _pace.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(30.1));
        await tooMany.Soon();
    }

    [Fact]
    public async Task When_a_quota_is_full_again_the_first_one_finds_out_how_full()
    {
        using var usedUp = Left(0, 30);
        _lane.Leave(Now(Enter()), usedUp);
        _clock.Advance(TimeSpan.FromSeconds(31));
        var entered = Enumerable.Range(0, 20).Select(_ => Enter()).ToArray();
        Assert.Equal(19, _pace.Waiting);

        using var some = Left(3, 30);
        var sent = await entered[0].Soon();
        _lane.Leave(sent, some);
        Assert.Equal(17, _pace.Waiting);
        using var one = Left(1, 30);
        _lane.Leave(await entered[1].Soon(), one);
        Assert.Equal(17, _pace.Waiting);
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
        _pace.Join(new PaceOptions { MaxConcurrent = 1 });
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
        _lane.Leave(Now(Enter()), usedUp);
        _lane.Leave(Now(Enter(Lane(string.Empty, maxQuotaWait: 0))), null);
        var (patient, usual) = (Enter(Lane(string.Empty, maxQuotaWait: 600)), Enter());

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, _pace.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await usual.Soon();
        Assert.False(patient.IsCompleted);
    }

    [Fact]
    public async Task An_api_that_reports_an_exhausted_quota_with_every_response_costs_one_wait_only()
    {
        using var usedUp = Left(0, 86400);
        _lane.Leave(Now(Enter()), usedUp);
        var first = Enter();
        _clock.Advance(TimeSpan.FromSeconds(61));
        _lane.Leave(await first.Soon(), usedUp);

        for (var n = 0; n < 100; n++) _lane.Leave(Now(Enter()), usedUp);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(6, true)]
    [InlineData(86400, true)]
    public void A_long_wait_for_a_quota_is_a_warning_once_and_shown(int reset, bool warns)
    {
        using var usedUp = Left(0, reset);
        _lane.Leave(Now(Enter()), usedUp);
        var (events, progress) = (new EventLog(), new Progress());

        _ = _lane.EnterAsync(null, null, events, progress, default).AsTask();
        _ = _lane.EnterAsync(null, null, events, null, default).AsTask();

        Assert.Equal([warns ? EventLevel.Warning : EventLevel.Verbose, EventLevel.Verbose], events.Events.Select(e => e.Level));
        Assert.Equal(new RequestPaused(PauseReason.QuotaUsedUp, TimeSpan.FromSeconds(Math.Min(reset, 60)), "default", warns), events.Events.First());
        Assert.StartsWith("waiting until ", progress.State, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(61));
        SpinWait.SpinUntil(() => progress.State is null, TimeSpan.FromSeconds(10));
        Assert.Null(progress.State);
    }

    [Fact]
    public async Task After_each_pause_no_more_requests_are_released_than_the_api_accepted_before()
    {
        // As an API that takes 2 a second and asks the others to wait a second.
        var (left, refused, done) = (2.0, 0, 0);
        var filled = _clock.GetUtcNow();
        var requests = Enumerable.Range(0, 8).Select(_ => Enter()).ToList();
        while (requests.Count > 0)
        {
            await Task.WhenAll(requests.Count == _pace.Waiting ? [] : [Task.WhenAny(requests)]).Soon();
            if (requests.Find(entering => entering.IsCompleted) is not { } entered)
            {
                _clock.Advance(_clock.NextIn!.Value);
                continue;
            }

            requests.Remove(entered);
            left = Math.Min(2, left + (2 * (_clock.GetUtcNow() - filled).TotalSeconds));
            filled = _clock.GetUtcNow();
            using var response = left >= 1 ? new HttpResponseMessage() : Refusal(429, "1");
            if (left >= 1) (left, done) = (left - 1, done + 1);
            else refused++;
            _lane.Leave(await entered, response);
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
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            lane.Leave(Now(Enter(lane)), response);
        }

        Assert.False(Enter(Lane("199")).IsCompleted);
        Assert.Equal(Math.Min(200, OriginPace.MaxTokens), Enumerable.Range(0, 200).Count(n => !Enter(Lane($"{199 - n}")).IsCompleted));
        _pace.Lift();
        Assert.Equal(0, _pace.Waiting);
    }

    [Fact]
    public async Task A_rate_is_kept_across_commands_and_of_several_the_strictest_counts()
    {
        var (slow, fast) = (new PaceOptions { Rate = RateLimit.Parse("2/m") }, new PaceOptions { Rate = RateLimit.Parse("100/m") });
        for (var command = 0; command < 2; command++)
        {
            _pace.Join(slow);
            Assert.True(Enter().IsCompleted);
            _pace.Quit(slow);
        }

        _pace.Join(slow);
        _pace.Join(fast);
        var third = Enter();
        Assert.Equal(1, _pace.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(62));
        await third.Soon();
        _pace.Quit(slow);
        for (var n = 0; n < 50; n++) Assert.True(Enter().IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_waiter_does_not_delay_the_others()
    {
        _pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var first = Now(Enter());
        using var stop = new CancellationTokenSource();
        var leaves = _lane.EnterAsync(null, null, EventSink.None, null, stop.Token).AsTask();
        var stays = Enter();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves.Soon());
        _lane.Leave(first, null);
        await stays.Soon();
    }

    [Fact]
    public async Task Adaptive_throttling_allows_more_requests_as_responses_arrive()
    {
        _pace.Join(new PaceOptions { IsAdaptive = true });
        var entered = Enumerable.Range(0, 100).Select(_ => Enter()).ToList();
        Assert.Equal(96, _pace.Waiting);

        using var good = new HttpResponseMessage();
        for (var n = 0; n < 50; n++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(5));
            _lane.Leave(await entered[n].Soon(), good);
        }

        Assert.InRange(50 - _pace.Waiting, 8, 40);
    }

    [Fact]
    public void A_line_says_how_long_a_pause_is_and_why()
    {
        using var response = Refusal(429, "7");
        _lane.Leave(Now(Enter()), response);
        var events = new EventLog();
        _ = _lane.EnterAsync(null, null, events, null, default).AsTask();

        Assert.Equal([new RequestPaused(PauseReason.Requested, TimeSpan.FromSeconds(7))], events.Events);
    }

    [Fact]
    public async Task Many_threads_never_exceed_the_cap_and_none_is_forgotten()
    {
        var pace = new OriginPace(TimeProvider.System, () => 0);
        var demand = new PaceOptions { MaxConcurrent = 5 };
        pace.Join(demand);
        var lane = pace.Lane(string.Empty, default);
        var (inside, most) = (0, 0);
        using var good = new HttpResponseMessage();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < 500; n++)
            {
                var permit = await lane.EnterAsync(null, null, EventSink.None, null, default);
                var now = Interlocked.Increment(ref inside);
                lock (demand) most = Math.Max(most, now);
                if (n % 50 == 0) await Task.Yield();
                Interlocked.Decrement(ref inside);
                lane.Leave(permit, good);
            }
        }))).Soon();

        Assert.InRange(most, 2, 5);
        pace.Quit(demand);
        Assert.False((await lane.EnterAsync(null, null, EventSink.None, null, default)).IsCounted);
    }

    private PaceLane Lane(string token, int maxQuotaWait = 60) => _pace.Lane(token, TimeSpan.FromSeconds(maxQuotaWait));

    private static Task<Permit> Enter(PaceLane lane) => lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();

    private Task<Permit> Enter(TimeSpan? maxWait = null) => _lane.EnterAsync(null, maxWait, EventSink.None, null, default).AsTask();

    private static Permit Now(Task<Permit> entering)
    {
        Assert.True(entering.IsCompletedSuccessfully);
        return entering.Result;
    }

    private static HttpResponseMessage Left(int remaining, int reset)
    {
        var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit", $"\"default\";r={remaining};t={reset}");
        return response;
    }

    private static HttpResponseMessage Refusal(int status, string? retryAfter)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter is not null) response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }

    private sealed class Progress : IProgressSink
    {
        public string? State { get; private set; }

        public void Show(string? state) => State = state;
    }

    private sealed class ClockWithoutDates : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new NotSupportedException();
    }
}
