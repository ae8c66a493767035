using BearerTools.Http.Waiting;

namespace BearerTools.Tests.Http.Waiting;

public sealed class PollPaceTests
{
    private static readonly TimeSpan s_long = TimeSpan.MaxValue;

    [Fact]
    public void A_server_without_Retry_After_is_polled_less_and_less_often()
    {
        var pace = new PollPace();
        var delays = Enumerable.Range(0, 15).Select(_ => pace.Next(null, s_long)!.Value.TotalSeconds).ToArray();

        Assert.Equal([1, 1.5, 2.25], delays[..3]);
        Assert.Equal(delays, delays.Order());
        Assert.Equal(30, delays[^1]);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(0, 0.1)]
    [InlineData(100 * 86400, 86400)]
    public void A_server_is_polled_when_it_says_within_bounds(double asked, double expected) =>
        Assert.Equal(expected, new PollPace().Next(TimeSpan.FromSeconds(asked), s_long)!.Value.TotalSeconds);

    [Fact]
    public void Near_the_deadline_it_is_polled_more_often_and_after_it_no_more()
    {
        var pace = new PollPace();
        Assert.Equal(0.5, pace.Next(null, TimeSpan.FromSeconds(1))!.Value.TotalSeconds);
        Assert.Null(pace.Next(null, TimeSpan.FromMilliseconds(150)));
        Assert.Null(pace.Next(null, TimeSpan.Zero));
    }

    [Fact]
    public void A_server_whose_Retry_After_exceeds_the_deadline_is_not_waited_for() =>
        Assert.Null(new PollPace().Next(TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(60)));
}
