using BearerTools.Http.Pacing;

namespace BearerTools.Tests.Http.Pacing;

public sealed class ServerQuotasTests
{
    private readonly ServerQuotas _quotas = new();

    [Fact]
    public void Requests_under_way_use_up_the_remaining_quota()
    {
        Say(0, remaining: 3, reset: 10);

        Assert.Equal(Seconds(0), OpensAt(0, inProgress: 2));
        Assert.Equal(Seconds(10), OpensAt(0, inProgress: 3));
    }

    [Fact]
    public void Responses_that_arrive_out_of_order_do_not_return_quota()
    {
        Say(1, remaining: 0, reset: 10);
        Say(1.2, remaining: 4, reset: 30, sent: 0.5);

        Assert.Equal(Seconds(11), OpensAt(2, inProgress: 0));
    }

    [Fact]
    public void A_request_that_was_sent_after_the_last_response_has_the_newer_quota()
    {
        Say(1, remaining: 1, reset: 10);
        Say(5, remaining: 90, reset: 60, sent: 1.1);
        Assert.Equal(Seconds(5), OpensAt(5, inProgress: 50));

        Say(6, remaining: 20, reset: 60, sent: 4);
        Assert.Equal(Seconds(65), OpensAt(6, inProgress: 20));
    }

    [Fact]
    public void A_quota_that_is_full_again_no_longer_limits()
    {
        Say(0, remaining: 0, reset: 10);

        Assert.Equal(Seconds(10), OpensAt(9.9, inProgress: 0));
        Assert.Equal(Seconds(10), OpensAt(10, inProgress: 50));
        Assert.True(_quotas.IsEmpty);
    }

    [Fact]
    public void Of_several_the_one_that_lasts_longest_counts()
    {
        _quotas.Take([new("second", 0, Seconds(1)), new("day", 0, Seconds(500)), new("hour", 9, Seconds(900))], default, Seconds(0));

        Assert.Equal(Seconds(500), OpensAt(0, inProgress: 0));
    }

    [Fact]
    public void Not_every_name_is_remembered()
    {
        for (var n = 0; n < 1000; n++) _quotas.Take([new($"{n}", 0, Seconds(n))], default, Seconds(0));

        Assert.InRange(OpensAt(0, inProgress: 0).TotalSeconds, 1, 100);
    }

    private void Say(double now, long remaining, double reset, double sent = 0) => _quotas.Take([new("one", remaining, Seconds(reset))], Seconds(sent), Seconds(now));

    private TimeSpan OpensAt(double now, int inProgress) => _quotas.OpensAt(Seconds(now), inProgress, out _);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
