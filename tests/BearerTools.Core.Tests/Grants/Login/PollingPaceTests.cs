using BearerTools.Grants.Login;

namespace BearerTools.Tests.Grants.Login;

public sealed class PollingPaceTests
{
    [Fact]
    public void Slow_down_adds_five_seconds_to_every_later_wait()
    {
        var pace = new PollingPace(TimeSpan.FromSeconds(5));

        pace.SlowDown();
        pace.Pending();
        Assert.Equal(10, pace.Next.TotalSeconds);
        pace.SlowDown();
        pace.Pending();
        Assert.Equal(15, pace.Next.TotalSeconds);
    }

    [Fact]
    public void Without_a_response_each_wait_doubles_until_there_is_one()
    {
        var pace = new PollingPace(TimeSpan.FromSeconds(5));

        pace.BackOff();
        Assert.Equal(10, pace.Next.TotalSeconds);
        pace.BackOff();
        Assert.Equal(20, pace.Next.TotalSeconds);
        pace.Pending();
        Assert.Equal(5, pace.Next.TotalSeconds);
    }

    [Fact]
    public void A_wait_without_a_response_is_at_most_a_minute_or_the_interval_of_the_authority()
    {
        var pace = new PollingPace(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 20; i++) pace.BackOff();
        Assert.Equal(60, pace.Next.TotalSeconds);

        var slow = new PollingPace(TimeSpan.FromSeconds(90));
        slow.BackOff();
        Assert.Equal(90, slow.Next.TotalSeconds);
    }

    [Fact]
    public void An_authority_is_asked_at_most_once_a_second() =>
        Assert.Equal(1, new PollingPace(TimeSpan.Zero).Next.TotalSeconds);
}
