using BearerTools.Http.Waiting;

namespace BearerTools.Tests.Http.Waiting;

public sealed class PollPaceTests
{
    private static readonly TimeSpan s_long = TimeSpan.MaxValue;

    [Fact]
    public void A_server_that_says_nothing_is_asked_less_and_less_often()
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
    public void A_server_is_asked_when_it_says_within_reason(double asked, double expected) =>
        Assert.Equal(expected, new PollPace().Next(TimeSpan.FromSeconds(asked), s_long)!.Value.TotalSeconds);

    [Fact]
    public void When_the_time_runs_out_it_is_asked_more_often_and_then_no_more()
    {
        var pace = new PollPace();
        Assert.Equal(0.5, pace.Next(null, TimeSpan.FromSeconds(1))!.Value.TotalSeconds);
        Assert.Null(pace.Next(null, TimeSpan.FromMilliseconds(150)));
        Assert.Null(pace.Next(null, TimeSpan.Zero));
    }

    [Fact]
    public void A_server_that_wants_to_be_asked_too_late_is_not_waited_for() =>
        Assert.Null(new PollPace().Next(TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(60)));
}
