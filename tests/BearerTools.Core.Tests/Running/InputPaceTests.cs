using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class InputPaceTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Inputs_that_come_every_second_wait_for_a_response_that_takes_20_ms()
    {
        var pace = AfterInputsEvery(1000, 1000, 1000);

        Assert.True(pace.IsSlow);
        Assert.InRange(pace.WaitFor(Milliseconds(20)), Milliseconds(20), Milliseconds(100));
    }

    [Fact]
    public void The_first_slow_input_waits_for_its_response_though_no_latency_is_known()
    {
        Assert.Equal(Milliseconds(500), AfterInputsEvery(3000).WaitFor(null));
        Assert.Equal(Milliseconds(100), AfterInputsEvery(200).WaitFor(null));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 20)]
    [InlineData(50, 1)]
    [InlineData(100, 60)]
    [InlineData(1000, 2000)]
    public void Inputs_that_come_about_as_fast_as_responses_do_not_wait(int interval, int latency) =>
        Assert.Equal(TimeSpan.Zero, AfterInputsEvery(interval, interval, interval).WaitFor(Milliseconds(latency)));

    [Fact]
    public void A_fast_producer_that_pauses_once_does_not_wait()
    {
        var pace = AfterInputsEvery(0, 0, 0, 5000);

        Assert.False(pace.IsSlow);
        Assert.Equal(TimeSpan.Zero, pace.WaitFor(Milliseconds(20)));
    }

    [Theory]
    [InlineData(200, 90)]
    [InlineData(200, 20)]
    [InlineData(1000, 400)]
    public void The_wait_takes_at_most_half_the_time_between_inputs(int interval, int latency) =>
        Assert.InRange(AfterInputsEvery(interval, interval).WaitFor(Milliseconds(latency)), Milliseconds(latency), Milliseconds(interval / 2));

    [Fact]
    public void Time_that_the_command_takes_itself_does_not_count_as_the_producers()
    {
        var pace = new InputPace(_clock);
        for (var input = 0; input < 3; input++)
        {
            pace.Arrive();
            // A slow consumer of the results.
            _clock.Advance(Milliseconds(1000));
            pace.Leave();
        }

        pace.Arrive();

        Assert.Equal(TimeSpan.Zero, pace.Came);
        Assert.False(pace.IsSlow);
    }

    [Fact]
    public void Half_of_the_recent_latency_is_that_of_the_last_response()
    {
        var latency = new RecentLatency(_clock);
        Assert.Null(latency.Value);

        foreach (var took in new[] { 320, 20, 20, 20 })
        {
            var began = latency.Begin();
            _clock.Advance(Milliseconds(took));
            latency.End(began);
        }

        Assert.Equal(Milliseconds(57.5), latency.Value);
    }

    private InputPace AfterInputsEvery(params int[] intervals)
    {
        var pace = new InputPace(_clock);
        foreach (var interval in intervals)
        {
            _clock.Advance(Milliseconds(interval));
            pace.Arrive();
            pace.Leave();
        }

        return pace;
    }

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);
}
