using System.Globalization;
using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class ServerSentEventReaderTests
{
    private static readonly JsonReadOptions s_events = new() { Format = JsonFormat.ServerSentEvents };

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
    public void Each_event_is_a_row()
    {
        const string Body = "\uFEFF: hello\nretry: 10\n\nevent: x\r\nid: 1\r\ndata: {\"a\":\r\ndata:  1}\r\n\r\ndata:[1]\r\rdatax: 9\ndata\n\ndata:\n\ndata: [DONE]\n\ndata: 2\n";
        for (var piece = 1; piece < Body.Length + 3; piece++)
            Assert.Equal(["{\"a\":1}", "[1]", "2"], Reading.Rows(Body, s_events, piece));
    }

    [Theory]
    [InlineData("12:30:45 started")]
    [InlineData("3 items")]
    [InlineData("1 2")]
    [InlineData("true story")]
    [InlineData("null and void")]
    [InlineData("'quoted' text")]
    [InlineData("[INFO] up")]
    [InlineData("[1] x")]
    [InlineData("[done]")]
    [InlineData("[2024-01-01 10:00] x")]
    [InlineData("{{template}}")]
    [InlineData("{x}")]
    [InlineData("{a:1}")]
    [InlineData("a: b: c")]
    [InlineData(" ")]
    public void Data_that_is_not_JSON_as_a_whole_is_one_text_and_the_events_after_it_come(string data)
    {
        var body = $"data: {data}\n\ndata: 7\n\n";
        foreach (var options in new[] { s_events, s_events with { IsLenient = true, AllowsMany = true } })
        {
            for (var piece = 1; piece < body.Length + 2; piece++)
            {
                var reader = new JsonRowReader<object?>(options, new ValueBuilder());
                var rows = new List<object?>();
                Reading.Read(reader, Encoding.UTF8.GetBytes(body), piece, rows);
                Assert.Equal([data, 7L], rows.Select(row => row is string ? row : Convert.ToInt64(row, CultureInfo.InvariantCulture)));
                Assert.Null(reader.Malformed);
            }
        }
    }

    [Theory]
    [InlineData("{\"a\":1} tail")]
    [InlineData("{\"a\":")]
    [InlineData("[{\"a\":1},")]
    [InlineData("{ \"a\":1}{\"a\":2}")]
    public void Data_that_begins_like_an_object_and_is_not_JSON_is_one_text_and_its_fault_is_known(string data)
    {
        foreach (var options in new[] { s_events, s_events with { IsLenient = true, AllowsMany = true } })
        {
            var reader = new JsonRowReader<object?>(options, new ValueBuilder());
            var rows = new List<object?>();
            Reading.Read(reader, Encoding.UTF8.GetBytes($"data: {data}\n\ndata: x\n\n"), 3, rows);
            Assert.Equal([data, "x"], rows);
            Assert.NotNull(reader.Malformed);
        }
    }

    [Fact]
    public void A_fault_in_an_event_is_placed_in_the_body()
    {
        const string Body = "data: 1\n\nevent: e\ndata: {\"a\":\ndata:  x}\n\n";
        for (var piece = 1; piece < Body.Length; piece++)
        {
            var reader = new JsonRowReader<string>(s_events, new TextBuilder());
            Reading.Read(reader, Encoding.UTF8.GetBytes(Body), piece, []);
            Assert.Equal((5, 8, 37), (reader.Malformed!.Line, reader.Malformed.Column, reader.Malformed.ByteOffset));
        }
    }

    [Fact]
    public void Empty_lines_of_data_belong_to_the_text()
    {
        const string Body = "data:\ndata: a\ndata\ndata:\ndata: b\n\ndata:\ndata:\n\n";
        for (var piece = 1; piece < Body.Length; piece++)
            Assert.Equal(["\"\\u000aa\\u000a\\u000a\\u000ab\"", "\"\\u000a\""], Reading.Rows(Body, s_events, piece));
    }

    [Theory]
    [InlineData("data: amount=1", null)]
    [InlineData("data: 1", null)]
    [InlineData("data: tru", null)]
    [InlineData("data: {\"a\":1", null)]
    [InlineData("data: amount=1\n", "\"amount=1\"")] // the line is complete
    [InlineData("data: {\"a\":1}", "{\"a\":1}")]
    [InlineData("data: [1]", "[1]")]
    [InlineData("data: \"a\"", "\"a\"")]
    public void An_event_that_the_end_of_the_stream_cuts_off_has_no_row(string last, string? row)
    {
        var body = $"id: 1\ndata: 7\n\nid: 2\n{last}";
        for (var piece = 1; piece < body.Length; piece++)
        {
            var reader = new JsonRowReader<string>(s_events, new TextBuilder());
            var rows = new List<string>();
            Reading.Read(reader, Encoding.UTF8.GetBytes(body), piece, rows);
            Assert.Equal(row is null ? ["7"] : ["7", row], rows);
            Assert.Equal(row is null ? "1" : "2", reader.LastEventId);
            Assert.Equal(row is null, reader.CutOff > 0);
        }
    }

    [Fact]
    public void An_id_without_the_end_of_its_line_is_not_taken_over()
    {
        var reader = new JsonRowReader<string>(s_events, new TextBuilder());
        var rows = new List<string>();
        Reading.Read(reader, "id: 1\ndata: 7\n\ndata: {}\nid: 2"u8, 5, rows);
        Assert.Equal(["7", "{}"], rows);
        Assert.Equal("1", reader.LastEventId);
    }

    [Fact]
    public void A_stream_that_ends_with_its_marker_is_not_cut_off() => Assert.Equal(["7"], Reading.Rows("data: 7\n\ndata: [DONE]", s_events));

    [Fact]
    public void An_event_without_content_is_a_row_only_if_its_name_is_wanted()
    {
        Assert.Empty(Reading.Rows("event: done\ndata:\n\nevent: end\ndata: [DONE]\n\n", s_events));
        Assert.Equal(["{\"event\":\"end\",\"id\":null,\"data\":\"[DONE]\"}"], Reading.Rows("event: end\ndata: [DONE]\n\n", s_events with { IncludesEvent = true }));
        Assert.Equal(["{\"event\":\"done\",\"id\":null,\"data\":\"\"}"], Reading.Rows("event: done\ndata:\n\nevent: none\n\n", s_events with { IncludesEvent = true }));
    }
}
