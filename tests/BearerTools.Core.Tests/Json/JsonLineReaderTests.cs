using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonLineReaderTests
{
    private static readonly JsonReadOptions s_lines = new() { Format = JsonFormat.JsonLines };
    private static readonly JsonReadOptions s_events = new() { Format = JsonFormat.ServerSentEvents };

    [Fact]
    public void Each_line_is_a_row()
    {
        const string Body = "\uFEFF{\"a\":1}\n\n[1,2]\r\n \"é\" \n3";
        for (var piece = 1; piece < Body.Length + 4; piece++)
            Assert.Equal(["{\"a\":1}", "[1,2]", "\"\\u00e9\"", "3"], Reading.Rows(Body, s_lines, piece));
    }

    [Fact]
    public void A_row_comes_when_its_line_ends()
    {
        var reader = new JsonRowReader<string>(s_lines, new TextBuilder());
        var rows = new List<string>();
        reader.Feed("1\n2"u8, rows);
        Assert.Equal(["1"], rows);
        reader.Complete(rows);
        Assert.Equal(["1", "2"], rows);
    }

    [Fact]
    public void What_is_kept_of_each_line_of_an_event_counts_for_its_size()
    {
        var lines = string.Concat(Enumerable.Repeat("data:1\n", 5000));

        Assert.Equal("JsonRowTooLarge", Reading.Fault(lines + "\n", s_events with { MaximumRowBytes = 50_000 }).Fault.ErrorId);
        Assert.Equal("JsonRowTooLarge", Reading.Fault("data:1\n" + lines.Replace(":1", ": ", StringComparison.Ordinal) + "\n", s_events with { MaximumRowBytes = 50_000 }).Fault.ErrorId);
    }

    [Fact]
    public void Lines_of_earlier_events_do_not_count()
    {
        var lines = string.Concat(Enumerable.Repeat("data:1\n\n", 5000));

        Assert.Equal(5000, Reading.Rows(lines + "data:2\n\n", s_events with { MaximumRowBytes = 1000 }, 3).Count - 1);
    }

    [Fact]
    public void A_fault_in_a_line_is_placed_in_the_body()
    {
        const string Body = "{\"a\":1}\n{\"é\":x}\n3";
        for (var piece = 1; piece < Body.Length; piece++)
        {
            var (rows, fault) = Reading.Fault(Body, s_lines, piece);
            Assert.Single(rows);
            Assert.Equal((2, 7, 14), (fault.Line, fault.Column, fault.ByteOffset));
        }
    }

    [Fact]
    public void A_path_finds_the_rows_of_each_line() =>
        Assert.Equal(["1", "2", "3"], Reading.Rows("{\"v\":[1]}\n{\"v\":[2,3]}", s_lines with { ItemsPath = "v" }));

    [Fact]
    public void Each_event_is_a_row()
    {
        const string Body = "\uFEFF: hello\nretry: 10\n\nevent: x\r\nid: 1\r\ndata: {\"a\":\r\ndata:  1}\r\n\r\ndata:[1]\r\rdatax: 9\ndata\n\ndata:\n\ndata: [DONE]\n\ndata: 2";
        for (var piece = 1; piece < Body.Length + 3; piece++)
            Assert.Equal(["{\"a\":1}", "[1]", "2"], Reading.Rows(Body, s_events, piece));
    }

    [Fact]
    public void A_fault_in_an_event_is_placed_in_the_body()
    {
        const string Body = "data: 1\n\nevent: e\ndata: {\"a\":\ndata:  x}\n\n";
        for (var piece = 1; piece < Body.Length; piece++)
        {
            var (rows, fault) = Reading.Fault(Body, s_events, piece);
            Assert.Equal(["1"], rows);
            Assert.Equal((5, 8, 37), (fault.Line, fault.Column, fault.ByteOffset));
        }
    }

    [Fact]
    public void A_line_larger_than_allowed_is_refused()
    {
        var body = $"1\n\"{new string('x', 500)}\"";
        var (rows, fault) = Reading.Fault(body, s_lines with { MaximumRowBytes = 100 }, 64);
        Assert.Equal(["1"], rows);
        Assert.Equal(("JsonRowTooLarge", 2L), (fault.ErrorId, fault.Line));
    }
}
