using BearerTools.Http.Retrying;

namespace BearerTools.Tests.Http.Retrying;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void The_wait_is_anything_up_to_a_bound_that_doubles(int retries, double seconds)
    {
        var policy = new RetryPolicy();

        Assert.Equal(TimeSpan.FromSeconds(seconds), policy.Wait(retries, jitter: 1));
        Assert.Equal(TimeSpan.FromSeconds(seconds / 4), policy.Wait(retries, jitter: 0.25));
        Assert.Equal(TimeSpan.Zero, policy.Wait(retries, jitter: 0));
    }

    [Fact]
    public void An_interval_that_is_given_is_kept()
    {
        var policy = new RetryPolicy { Interval = TimeSpan.FromSeconds(5) };

        Assert.All([0, 1, 9], retries => Assert.Equal(TimeSpan.FromSeconds(5), policy.Wait(retries, jitter: 0)));
    }
}
