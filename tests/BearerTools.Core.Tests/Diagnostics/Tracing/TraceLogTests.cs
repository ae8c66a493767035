using System.Globalization;
using System.Runtime.CompilerServices;
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
    public void Requests_take_no_more_memory_than_they_count()
    {
        var log = new TraceLog();
        var text = new string('x', 100);
        for (var i = 0; i < 12_000; i++) log.Add(Request(text));

        Assert.Equal(10_000, log.After().Count);
        Assert.InRange(log.Bytes, 10_000 * (Unsafe.SizeOf<TraceSlot>() + (2 * text.Length)), 8 * 1024 * 1024);
    }

    [Fact]
    public void A_request_that_is_over_is_kept_without_its_objects()
    {
        var log = new TraceLog();
        var (record, address) = AddRequest(log);

        GC.Collect();

        Assert.False(record.IsAlive);
        Assert.False(address.IsAlive);
        var read = Assert.IsType<RequestRecord>(Assert.Single(log.After()));
        Assert.Equal(("https://api.test/1", "id-1", "id-2"), (read.Address, read.RequestId, read.CorrelationId));
        Assert.Equal((200, 7, 1L, true), (read.Details.Status, read.Details.Received, read.Number, read.Details.IsOver));
    }

    [Fact]
    public void A_request_is_in_the_trace_while_its_response_is_read()
    {
        var log = new TraceLog();
        var record = Request("a");
        record.Head(200, null, 0, 0);
        log.Add(record);
        record.Add(5);

        Assert.Equal((5, false), Assert.IsType<RequestRecord>(Assert.Single(log.After())).Details is var details ? (details.Received, details.IsOver) : default);
    }

    [Fact]
    public void A_request_that_ends_after_it_made_room_changes_no_other()
    {
        var log = new TraceLog(maxRecords: 2);
        var first = Request("first");
        log.Add(first);
        for (var i = 0; i < 2; i++) log.Add(Request("later"));
        first.Add(9);
        first.End();
        log.Clear();
        log.Add(Request("last"));
        first.End();

        Assert.Equal(0, Assert.IsType<RequestRecord>(Assert.Single(log.After())).Details.Received);
    }

    [Fact]
    public void Texts_of_all_lengths_are_read_as_they_were_added()
    {
        var log = new TraceLog(maxCharacters: 4096);
        var random = new Random(17);
        for (var i = 0; i < 2000; i++)
        {
            var text = new string((char)('a' + (i % 26)), random.Next(300));
            log.Add(Request(text, $"{i}"));
            var read = log.After(i - 3).Cast<RequestRecord>().ToArray();
            Assert.Equal((text, $"{i}"), (read[^1].Address, read[^1].RequestId));
            Assert.All(read, one => Assert.Equal(one.Number - 1, long.Parse(one.RequestId!, CultureInfo.InvariantCulture)));
        }

        log.Add(Request(new string('x', 5000)));
        Assert.Empty(log.After());
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Record, WeakReference Address) AddRequest(TraceLog log)
    {
        var record = Request(string.Concat("https://api.test/", "1"), "id-1", "id-2");
        record.Head(200, null, 0, 0);
        log.Add(record);
        record.Add(7);
        record.End();
        return (new WeakReference(record), new WeakReference(record.Address));
    }

    private static RequestRecord Request(string address, string? requestId = null, string? correlationId = null) => new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Address = address,
        RequestId = requestId,
        CorrelationId = correlationId,
    };

    private static TokenRecord Record(string text) => new() { Time = DateTimeOffset.UnixEpoch, Text = text };
}
