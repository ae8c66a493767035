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
        var first = _watch.RejectedAsync(true, true, CancellationToken.None);
        var second = _watch.RejectedAsync(true, true, CancellationToken.None);
        Assert.False(first.IsCompleted);

        _watch.Accepted(isSuccess: true);

        Assert.False(await first.Soon());
        Assert.False(await second.Soon());
    }

    [Fact]
    public async Task The_run_ends_when_all_requests_in_progress_are_rejected_or_fail()
    {
        for (var i = 0; i < 4; i++) _watch.Sending();
        Task<bool>[] rejected = [.. Enumerable.Range(0, 3).Select(_ => _watch.RejectedAsync(false, true, CancellationToken.None))];

        _watch.Failed();

        Assert.All(await Task.WhenAll(rejected).Soon(), Assert.True);
    }

    [Fact]
    public async Task A_token_that_was_never_accepted_ends_the_run_at_the_third_rejection_in_a_row()
    {
        Assert.False(await RejectAloneAsync());
        Assert.False(await RejectAloneAsync());
        _watch.Sending();
        // As a gateway does that has looked at no token.
        _watch.Accepted(isSuccess: false);
        Assert.False(await RejectAloneAsync());
        Assert.False(await RejectAloneAsync());

        Assert.True(await RejectAsync(isInvalid: false).Soon());
    }

    [Theory]
    [InlineData(4, 32)]
    [InlineData(40, 80)]
    public async Task A_token_that_was_accepted_before_ends_the_run_only_after_more_rejections_than_could_be_in_progress(
        int concurrent, int tolerated)
    {
        Accept();
        var first = Reject(concurrent);
        Assert.All(await Task.WhenAll(first).Soon(), Assert.False);
        for (var i = concurrent; i < tolerated; i++) Assert.False(await RejectAsync(isInvalid: false).Soon());

        Assert.True(await RejectAsync(isInvalid: false).Soon());
    }

    [Fact]
    public async Task A_success_in_between_starts_the_count_again()
    {
        for (var i = 0; i < 5; i++)
        {
            Accept();
            for (var j = 0; j < 32; j++) Assert.False(await RejectAsync(isInvalid: false).Soon());
        }
    }

    [Fact]
    public async Task A_success_that_came_before_the_rejections_of_the_same_moment_keeps_the_run_going()
    {
        _watch.Sending();
        var rejected = Reject(15, _watch.Accepted);

        Assert.All(await Task.WhenAll(rejected).Soon(), Assert.False);
    }

    [Fact]
    public async Task An_invalid_token_ends_the_run_although_it_was_accepted_before_unless_it_could_be_renewed()
    {
        Accept();
        Assert.False(await RejectAsync(isInvalid: true, isFinal: false).Soon());

        Assert.True(await RejectAsync(isInvalid: true).Soon());
    }

    [Fact]
    public async Task A_request_that_hangs_does_not_hold_up_the_others_for_ever()
    {
        for (var i = 0; i < 2; i++) _watch.Sending();
        var rejected = _watch.RejectedAsync(true, true, CancellationToken.None);
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

    private void Accept()
    {
        _watch.Sending();
        _watch.Accepted(isSuccess: true);
    }

    /// <summary>Several requests that are in progress together, all of which are rejected.</summary>
    private Task<bool>[] Reject(int count, Action<bool>? accepted = null)
    {
        for (var i = 0; i < count; i++) _watch.Sending();
        accepted?.Invoke(true);
        return [.. Enumerable.Range(0, count).Select(_ => _watch.RejectedAsync(false, true, CancellationToken.None))];
    }

    private Task<bool> RejectAsync(bool isInvalid, bool isFinal = true)
    {
        _watch.Sending();
        return _watch.RejectedAsync(isInvalid, isFinal, CancellationToken.None);
    }
}
