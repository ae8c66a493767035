using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tests.Diagnostics.Tracing;

public class TraceLogTests
{
    [Fact]
    public void The_oldest_records_make_room_for_new_ones()
    {
        var log = new TraceLog(maxRecords: 100);
        for (var i = 0; i < 250; i++) log.Add(Record("x"));

        Assert.Equal(Enumerable.Range(151, 100).Select(i => (long)i), log.After().Select(record => record.Number));
        Assert.Equal([249, 250], log.After(248).Select(record => record.Number));
        Assert.Empty(log.After(250));
    }

    [Fact]
    public void A_million_records_stay_within_the_bounds_of_count_and_bytes()
    {
        var log = new TraceLog();
        for (var i = 0; i < 1_000_000; i++) log.Add(Record(new string('x', i % 3000)));

        Assert.InRange(log.Bytes, 1, 8 * 1024 * 1024);
        Assert.InRange(log.After().Count, 1, 10_000);
        Assert.Equal(log.Bytes, log.After().Sum(record => (long)record.Bytes));
    }

    [Fact]
    public void A_record_takes_no_more_memory_than_it_counts()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var record = new RequestRecord
        {
            Time = DateTimeOffset.UnixEpoch,
            Method = "GET",
            Address = new string('x', 100),
            RequestId = new string('x', 50),
            CorrelationId = new string('x', 50),
        };
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(record.Bytes, taken, 2 * taken);
    }

    [Fact]
    public void A_record_that_is_larger_than_the_trace_is_dropped()
    {
        var log = new TraceLog(maxBytes: 10_000);
        log.Add(Record(new string('x', 10_000)));
        Assert.Empty(log.After());
        log.Add(Record("x"));
        Assert.Single(log.After());
    }

    [Fact]
    public void After_it_is_cleared_numbers_continue()
    {
        var log = new TraceLog();
        log.Add(Record("x"));
        log.Clear();
        Assert.Empty(log.After());
        Assert.Equal(0, log.Bytes);
        log.Add(Record("x"));
        Assert.Equal(2, Assert.Single(log.After()).Number);
    }

    [Fact]
    public async Task Many_threads_lose_no_record()
    {
        var log = new TraceLog();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++) log.Add(Record("x"));
        })));
        Assert.Equal(Enumerable.Range(1, 8000).Select(i => (long)i), log.After().Select(record => record.Number));
    }

    private static TokenRecord Record(string text) => new() { Time = DateTimeOffset.UnixEpoch, Text = text };
}
