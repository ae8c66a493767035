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
    public void Complete_requests_to_the_endpoint_that_reported_a_quota_use_it_up()
    {
        _quotas.Take([new("one", 2, Seconds(10))], default, Seconds(1), address: new Uri("https://api.example/orders/1"));
        _quotas.Spend(Seconds(0.5), new Uri("https://api.example/orders/2"));
        foreach (var other in new[] { "/orders", "/orders/2/lines", "/users/2", "/orders/open" }) _quotas.Spend(Seconds(2), new Uri("https://api.example" + other));
        _quotas.Spend(Seconds(1), new Uri("https://api.example/orders/3?part=x"));
        Assert.Equal(Seconds(2), OpensAt(2, inProgress: 0));

        _quotas.Spend(Seconds(2), new Uri("https://api.example/orders/4"));
        Assert.Equal(Seconds(11), OpensAt(3, inProgress: 0));
        Assert.True(_quotas.OpensAt(Seconds(3), 0, new QuotaScope(null, null)).IsUsedUp);

        Say(4, remaining: 1, reset: 10, sent: 3);
        Assert.Equal(Seconds(4), OpensAt(4, inProgress: 0));
    }

    [Fact]
    public void The_quota_of_a_resource_holds_its_endpoints_and_if_it_is_used_up_those_whose_resource_is_not_known()
    {
        _quotas.Take([new("search", 1, Seconds(30), "search", IsPartition: true, HoldsUnknown: true)], default, Seconds(0));
        Assert.Equal(Seconds(30), OpensAt(0, inProgress: 1, partitions: ["search"]));
        Assert.Equal(Seconds(0), OpensAt(0, inProgress: 1, partitions: ["core"]));
        Assert.Equal(Seconds(0), OpensAt(0, inProgress: 1));

        _quotas.Take([new("search", 0, Seconds(30), "search", IsPartition: true, HoldsUnknown: true)], Seconds(1), Seconds(2));
        Assert.Equal(Seconds(3), OpensAt(3, inProgress: 0, partitions: ["core"]));
        Assert.Equal(Seconds(32), OpensAt(3, inProgress: 0));
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
        Assert.True(_quotas.Forget(Seconds(10)));
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

    [Fact]
    public void A_wait_that_no_refusal_asked_for_is_bounded()
    {
        Say(0, remaining: 0, reset: 86400);

        Assert.Equal(Seconds(60), OpensAt(0, inProgress: 0, maxWait: 60));
        Assert.Equal(Seconds(61), OpensAt(61, inProgress: 0, maxWait: 60));
        Assert.Equal(Seconds(0), OpensAt(0, inProgress: 0, maxWait: 0));
        Assert.Equal(Seconds(86400), OpensAt(61, inProgress: 0, maxWait: 86400));
    }

    [Fact]
    public void A_quota_that_a_refusal_confirms_is_waited_for_until_its_reset()
    {
        _quotas.Take([new("one", 0, Seconds(3600))], default, Seconds(0), isRefusal: true);

        Assert.Equal(Seconds(3600), OpensAt(1, inProgress: 0, maxWait: null));
    }

    [Fact]
    public void The_user_can_limit_the_wait_for_a_quota_that_a_refusal_confirms()
    {
        _quotas.Take([new("one", 0, Seconds(3600))], default, Seconds(0), isRefusal: true);

        Assert.Equal(Seconds(7), OpensAt(1, inProgress: 0, maxWait: 7));
    }

    [Fact]
    public void The_time_that_a_refusal_names_takes_precedence_over_the_reset_of_a_quota()
    {
        Say(0, remaining: 0, reset: 86400);
        _quotas.Take([new("one", 0, Seconds(3600))], Seconds(0.5), Seconds(1), isRefusal: true, hasWait: true);

        Assert.Equal(Seconds(2), OpensAt(2, inProgress: 0, maxWait: 60));
    }

    [Fact]
    public void A_quota_that_the_api_serves_requests_beyond_is_not_waited_for_again()
    {
        Say(0, remaining: 0, reset: 86400);
        Say(61, remaining: 0, reset: 86400, sent: 60);

        Assert.Equal(Seconds(62), OpensAt(62, inProgress: 5, maxWait: 60));
        _quotas.Take([new("one", 0, Seconds(100))], Seconds(62), Seconds(63), isRefusal: true);
        Assert.Equal(Seconds(163), OpensAt(64, inProgress: 0, maxWait: null));
    }

    [Fact]
    public void The_end_of_the_longest_wait_is_reported_once()
    {
        Say(0, remaining: 0, reset: 86400);
        var scope = new QuotaScope(Seconds(60), null);

        Assert.False(_quotas.OpensAt(Seconds(59), 0, scope).HasOpened);
        Assert.True(_quotas.OpensAt(Seconds(60), 0, scope).HasOpened);
        Assert.False(_quotas.OpensAt(Seconds(60), 0, scope).HasOpened);
    }

    [Fact]
    public void A_partition_holds_the_requests_of_its_endpoints_only()
    {
        var (search, items) = (new Uri("https://api.example/search?q=1"), new Uri("https://api.example/items/1"));
        _quotas.Take([new("user;:YQ==:", 0, Seconds(30), "user", IsPartition: true)], default, Seconds(0), address: search);
        _quotas.Take([new("user;:Yg==:", 9, Seconds(30), "user", IsPartition: true)], default, Seconds(0), address: items);

        Assert.Equal(Seconds(30), OpensAt(1, 0, partitions: _quotas.PartitionsOf(new Uri("https://api.example/search?q=2"))));
        Assert.Equal(Seconds(1), OpensAt(1, 0, partitions: _quotas.PartitionsOf(new Uri("https://api.example/items/2"))));
        Assert.Equal(Seconds(1), OpensAt(1, 0, partitions: _quotas.PartitionsOf(new Uri("https://api.example/new"))));
    }

    [Fact]
    public void Not_every_endpoint_is_remembered()
    {
        for (var n = 0; n < 1000; n++)
            _quotas.Take([new($"user;{n}", 0, Seconds(30), "user", IsPartition: true)], default, Seconds(0), address: new Uri($"https://api.example/{new string('a', n + 1)}"));

        Assert.InRange(Enumerable.Range(0, 1000).Count(n => _quotas.PartitionsOf(new Uri($"https://api.example/{new string('a', n + 1)}")) is not null), 1, 100);
        _quotas.Clear();
        Assert.Null(_quotas.PartitionsOf(new Uri($"https://api.example/{new string('a', 1000)}")));
    }

    private void Say(double now, long remaining, double reset, double sent = 0) => _quotas.Take([new("one", remaining, Seconds(reset))], Seconds(sent), Seconds(now));

    private TimeSpan OpensAt(double now, int inProgress, double? maxWait = 86400, IReadOnlyList<string>? partitions = null) => _quotas.OpensAt(Seconds(now), inProgress, new QuotaScope(maxWait is { } wait ? Seconds(wait) : null, partitions)).OpensAt;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
