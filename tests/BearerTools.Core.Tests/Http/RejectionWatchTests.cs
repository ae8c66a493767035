using BearerTools.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class RejectionWatchTests
{
    private readonly TestClock _clock = new();
    private readonly RejectionWatch _watch;

    public RejectionWatchTests() => _watch = new RejectionWatch(_clock);

    [Fact]
    public async Task A_token_that_was_never_accepted_ends_the_run_at_its_first_rejection()
    {
        Assert.True(await RejectAsync());
    }

    [Fact]
    public async Task A_rejection_waits_for_the_requests_under_way_and_one_success_makes_it_an_error_of_its_input()
    {
        for (var i = 0; i < 3; i++) _watch.Sending();
        var first = _watch.RejectedAsync(CancellationToken.None);
        var second = _watch.RejectedAsync(CancellationToken.None);
        Assert.False(first.IsCompleted);

        _watch.Accepted();

        Assert.False(await first.Soon());
        Assert.False(await second.Soon());
    }

    [Fact]
    public async Task The_run_ends_when_all_requests_under_way_are_rejected_or_fail()
    {
        for (var i = 0; i < 3; i++) _watch.Sending();
        var first = _watch.RejectedAsync(CancellationToken.None);
        var second = _watch.RejectedAsync(CancellationToken.None);

        _watch.Failed();

        Assert.True(await first.Soon());
        Assert.True(await second.Soon());
    }

    [Fact]
    public async Task A_token_that_was_accepted_needs_three_rejections_in_a_row()
    {
        Accept();
        Assert.False(await RejectAsync());
        Assert.False(await RejectAsync());
        Accept();
        Assert.False(await RejectAsync());
        Assert.False(await RejectAsync());

        Assert.True(await RejectAsync());
    }

    [Fact]
    public async Task A_request_that_hangs_does_not_hold_up_the_others_for_ever()
    {
        for (var i = 0; i < 2; i++) _watch.Sending();
        var rejected = _watch.RejectedAsync(CancellationToken.None);
        await _clock.UntilWaiting().Soon();

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True(await rejected.Soon());
    }

    private void Accept()
    {
        _watch.Sending();
        _watch.Accepted();
    }

    private Task<bool> RejectAsync()
    {
        _watch.Sending();
        return _watch.RejectedAsync(CancellationToken.None).Soon();
    }
}
