using BearerTools.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class RejectionWatchTests
{
    private readonly TestClock _clock = new();
    private readonly RejectionWatch _watch;

    public RejectionWatchTests() => _watch = new RejectionWatch(_clock);

    [Fact]
    public async Task A_token_that_the_API_calls_invalid_ends_the_run_at_its_first_rejection() =>
        Assert.True(await RejectAsync(isInvalid: true).Soon());

    [Fact]
    public async Task A_rejection_waits_for_the_requests_in_progress_and_one_success_makes_it_an_error_of_its_input()
    {
        for (var i = 0; i < 3; i++) _watch.Sending();
        var first = _watch.RejectedAsync(true, CancellationToken.None);
        var second = _watch.RejectedAsync(true, CancellationToken.None);
        Assert.False(first.IsCompleted);

        _watch.Accepted();

        Assert.False(await first.Soon());
        Assert.False(await second.Soon());
    }

    [Fact]
    public async Task The_run_ends_when_all_requests_in_progress_are_rejected_or_fail()
    {
        for (var i = 0; i < 4; i++) _watch.Sending();
        Task<bool>[] rejected = [.. Enumerable.Range(0, 3).Select(_ => _watch.RejectedAsync(false, CancellationToken.None))];

        _watch.Failed();

        Assert.All(await Task.WhenAll(rejected).Soon(), Assert.True);
    }

    [Fact]
    public async Task Without_a_reason_three_rejections_in_a_row_end_the_run()
    {
        Assert.False(await RejectAloneAsync());
        Assert.False(await RejectAloneAsync());
        _watch.Sending();
        _watch.Accepted();
        Assert.False(await RejectAloneAsync());
        Assert.False(await RejectAloneAsync());

        Assert.True(await RejectAsync(isInvalid: false).Soon());
    }

    [Fact]
    public async Task A_request_that_hangs_does_not_hold_up_the_others_for_ever()
    {
        for (var i = 0; i < 2; i++) _watch.Sending();
        var rejected = _watch.RejectedAsync(true, CancellationToken.None);
        for (var i = 0; i < 50; i++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(await rejected.Soon());
    }

    /// <summary>A rejection after which nothing else is sent for a moment.</summary>
    private async Task<bool> RejectAloneAsync()
    {
        var rejected = RejectAsync(isInvalid: false);
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        return await rejected.Soon();
    }

    private Task<bool> RejectAsync(bool isInvalid)
    {
        _watch.Sending();
        return _watch.RejectedAsync(isInvalid, CancellationToken.None);
    }
}
