using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class ProgressFiguresTests
{
    private readonly TestClock _clock = new();
    private readonly Transfer _transfer = new();
    private readonly ProgressFigures _figures;

    public ProgressFiguresTests() => _figures = new ProgressFigures(_transfer, _clock);

    [Fact]
    public void For_many_requests_it_shows_done_failed_and_rate() =>
        Assert.Equal(new ProgressReading("1,200 done, 3 failed, 600/s", null, null), After(2, new RunCounts(1264, 1200, 3, null), isAll: false));

    [Fact]
    public void When_all_inputs_are_known_it_shows_the_time_remaining() =>
        Assert.Equal(new ProgressReading("1,200 of 3,000 done, 600/s", 40, TimeSpan.FromSeconds(3)), After(2, new RunCounts(3000, 1200, 0, null), isAll: true));

    [Fact]
    public void Slow_ones_are_counted_in_tenths() =>
        Assert.Equal("1 of 3 done, 0.5/s", After(2, new RunCounts(3, 1, 0, null), isAll: true).Status);

    [Fact]
    public void The_rate_is_that_of_the_last_seconds()
    {
        After(2, new RunCounts(9000, 2000, 0, null), isAll: false);
        for (var i = 0; i < 30; i++) After(1, new RunCounts(9000, 2000 + (10 * (i + 1)), 0, null), isAll: false);

        Assert.EndsWith(", 12/s", After(1, new RunCounts(9000, 2310, 0, null), isAll: false).Status, StringComparison.Ordinal);
    }

    [Fact]
    public void For_one_long_response_it_shows_the_bytes()
    {
        _transfer.Expect(2_000_000_000);
        _transfer.Add(500_000_000);

        Assert.Equal(new ProgressReading("500 MB of 2.0 GB, 250 MB/s", 25, TimeSpan.FromSeconds(6)), After(2, new RunCounts(1, 0, 0, null), isAll: true));
    }

    [Fact]
    public void For_a_response_without_a_length_it_shows_the_received_bytes()
    {
        _transfer.Expect(null);
        _transfer.Add(1_499_999);

        Assert.Equal(new ProgressReading("1.5 MB, 750 kB/s", null, null), After(2, new RunCounts(1, 0, 0, null), isAll: true));
    }

    [Fact]
    public void More_bytes_than_announced_give_no_percentage()
    {
        _transfer.Expect(100);
        _transfer.Add(1000);

        Assert.Equal(new ProgressReading("1.0 kB, 500 B/s", null, null), After(2, new RunCounts(1, 0, 0, null), isAll: true));
    }

    [Theory]
    [InlineData(null, "waiting for the response")]
    [InlineData("InProgress, 40 %", "InProgress, 40 %")]
    public void Before_the_first_byte_it_shows_what_is_waited_for(string? state, string status) =>
        Assert.Equal(new ProgressReading(status, null, null), After(2, new RunCounts(1, 0, 0, state), isAll: true));

    [Fact]
    public void Many_bytes_are_shown_beside_the_requests()
    {
        _transfer.Add(50_000_000);

        Assert.Equal("10 done, 5/s, 50 MB, 25 MB/s", After(2, new RunCounts(20, 10, 0, null), isAll: false).Status);
    }

    [Fact]
    public void Without_a_finished_request_there_is_no_rate_and_no_estimate() =>
        Assert.Equal(new ProgressReading("0 of 2 done, 0/s, InProgress", 0, null), After(2, new RunCounts(2, 0, 0, "InProgress"), isAll: true));

    private ProgressReading After(double seconds, RunCounts counts, bool isAll)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return _figures.Read(counts, isAll);
    }
}
