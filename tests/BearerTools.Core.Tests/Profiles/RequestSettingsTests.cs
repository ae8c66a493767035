using BearerTools.Composition;
using BearerTools.Http.Connecting;
using BearerTools.Profiles;

namespace BearerTools.Tests.Profiles;

public sealed class RequestSettingsTests
{
    private static readonly ExplicitProxy s_proxy = new(new Uri("http://proxy.example:8080"));

    [Fact]
    public void Values_of_the_upper_layer_count_and_missing_ones_come_from_the_lower_layer()
    {
        var typed = new RequestSettings { ThrottleLimit = 4, AdaptiveThrottle = false };
        var profile = new RequestSettings { ThrottleLimit = 8, AdaptiveThrottle = true, MaximumRetryCount = 5, UserAgent = "ops/1" };

        var settings = typed.Over(profile);

        Assert.Equal((4, false, 5, "ops/1"), (settings.ThrottleLimit, settings.AdaptiveThrottle, settings.MaximumRetryCount, settings.UserAgent));
        Assert.Null(settings.OriginThrottleLimit);
    }

    [Fact]
    public void Headers_of_both_count_and_of_two_with_one_name_the_upper_one()
    {
        var typed = new RequestSettings { Headers = [new("x-two", "typed")] };
        var profile = new RequestSettings { Headers = [new("X-One", "1"), new("X-Two", "2")] };

        Assert.Equal([new("x-two", "typed"), new("X-One", "1")], typed.Over(profile).Headers);
    }

    [Fact]
    public void A_proxy_is_one_statement()
    {
        var proxied = new RequestSettings { Proxy = s_proxy, NoProxy = false };
        var direct = new RequestSettings { NoProxy = true };

        Assert.Equal((null, true), (direct.Over(proxied).Proxy, direct.Over(proxied).NoProxy));
        Assert.Equal((s_proxy, false), (proxied.Over(direct).Proxy, proxied.Over(direct).NoProxy));
        Assert.Equal((s_proxy, false), (RequestSettings.None.Over(proxied).Proxy, RequestSettings.None.Over(proxied).NoProxy));
    }

    [Fact]
    public void Options_keep_their_defaults_where_no_value_is_given() =>
        Assert.Equal(RequestOptions.Default, RequestOptions.Default.With(RequestSettings.None));

    [Fact]
    public void Options_take_the_given_values_and_an_infinite_limit_lifts_an_earlier_one()
    {
        var options = RequestOptions.Default
            .With(new RequestSettings { ConnectionTimeout = TimeSpan.FromSeconds(5), MaximumRetryCount = 0, SkipHttpErrorCheck = true, NoProxy = true })
            .With(new RequestSettings { ConnectionTimeout = Timeout.InfiniteTimeSpan });

        Assert.Null(options.Messages.ResponseTimeout);
        Assert.True(options.Handlers.NoConnectTimeout);
        Assert.False(options.Handlers.UseProxy);
        Assert.Equal((0, true), (options.Retries.MaxRetries, options.SkipErrorCheck));
    }
}
