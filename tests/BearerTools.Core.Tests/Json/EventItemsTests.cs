using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class EventItemsTests
{
    private static readonly JsonReadOptions s_options = new() { Format = JsonFormat.ServerSentEvents, ItemsPath = "v" };

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"w\":1}")]
    [InlineData("ping")]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("{\"v\":[9,oops]}")]
    [InlineData("[DONE]")]
    public void An_event_without_the_path_has_no_rows_and_the_events_after_it_come(string data)
    {
        var body = $"data: {data}\n\ndata: {{\"v\":[1,2]}}\n\ndata: {data}\n\ndata: {{\"v\":[3]}}\n\n";
        foreach (var options in new[] { s_options, s_options with { IsLenient = true }, s_options with { NoEnumerate = true } })
        {
            for (var piece = 1; piece < body.Length; piece++)
            {
                var rows = string.Join(',', Reading.Rows(body, options, piece));
                Assert.Equal("1,2,3", rows.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("data: {}\n\ndata: ping\n\ndata: {\"w\":1}\n\ndata: {\"x\":1}\n\n", "The document has 'w'. (line 5,")]
    [InlineData("data: {}\n\ndata: ping\n\n", "The document has no properties. (line 1,")]
    [InlineData("\ndata: ping\n\ndata: {}\n\n", "An event is not a JSON object. (line 2,")]
    public void A_path_that_no_event_has_is_an_error_when_the_stream_ends(string body, string found)
    {
        for (var piece = 1; piece < body.Length; piece++)
        {
            var (rows, fault) = Reading.Fault(body, s_options, piece);
            Assert.Empty(rows);
            Assert.Equal("ItemsPathNotFound", fault.ErrorId);
            Assert.StartsWith($"The response does not contain 'v'. {found}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("data: {\"v\":[]}\n\ndata: {}\n\n")]
    [InlineData("data: {\"v\":null}\n\ndata: ping\n\n")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData(": ping\n\n")]
    [InlineData("")]
    public void A_list_without_elements_and_a_stream_without_data_are_none(string body) => Assert.Empty(Reading.Rows(body, s_options));

    [Theory]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded\",\"message\":\"Try later\"}}", "Try later")]
    [InlineData("event: Error\ndata: the model is gone", "the model is gone")]
    [InlineData("data: {\"error\":{\"message\":\"Quota exceeded\"}}", "Quota exceeded")]
    [InlineData("data: {\"error\":\"out of memory\"}\n\ndata: {}\n\ndata: [DONE]", "out of memory")]
    [InlineData("event: error\ndata: {}", "{}")]
    [InlineData("data: {\"error\":{\"message\":\"Provider gone\"},\"v\":[]}\n\ndata: [DONE]", "Provider gone")]
    [InlineData("data: {\"error\":\"gone\",\"v\":null}", "gone")]
    [InlineData("event: error\ndata: {\"v\":[],\"reason\":\"gone\"}", "gone")]
    [InlineData("event: error\ndata: ", "")]
    public void An_error_that_the_last_event_reports_is_the_streams_after_its_rows(string error, string words)
    {
        var body = $"data: {{\"v\":[1,2]}}\n\n{error}\n\n";
        for (var piece = 1; piece < body.Length; piece++)
        {
            var (rows, fault) = Reading.Fault(body, s_options, piece);
            Assert.Equal(["1", "2"], rows);
            Assert.Equal("StreamError", fault.ErrorId);
            Assert.Contains(words, fault.Reported, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("event: error\ndata: {\"w\":1}\n\ndata: {\"v\":[3]}\n\n")] // the stream went on
    [InlineData("event: error\ndata: {\"v\":[3]}\n\n")] // a name that the API uses for its items
    [InlineData("data: {\"v\":[3]}\n\ndata: {\"error\":null}\n\n")]
    [InlineData("data: {\"v\":[3]}\n\ndata: {\"error\":\"\"}\n\ndata: {\"error\":0}\n\ndata: {\"error\":false}\n\n")]
    [InlineData("data: {\"v\":[3]}\n\ndata: {\"log\":{\"error\":1}}\n\n")]
    [InlineData("data: {\"v\":[3]}\n\ndata: no \"error\"\n\n")]
    [InlineData("data: {\"v\":[3]}\n\nevent: error\n\n")] // without data
    public void Other_events_report_none(string body) => Assert.Equal(["3"], Reading.Rows(body, s_options));

    [Fact]
    public void The_first_event_without_the_path_is_known()
    {
        var reader = new JsonRowReader<string>(s_options, new TextBuilder());
        Reading.Read(reader, Encoding.UTF8.GetBytes("data: {\"v\":[]}\n\ndata: ping\n\ndata: {}\n\n"), 1, []);

        Assert.Equal(3, reader.PassedOver);
        Assert.Null(reader.Malformed);
    }

    [Fact]
    public void A_connection_that_only_has_other_events_is_no_error_if_an_earlier_one_had_the_path()
    {
        var reader = new JsonRowReader<string>(s_options, new TextBuilder());
        var history = reader.History = new EventHistory();
        Reading.Read(reader, "data: {\"v\":[]}\n\n"u8, 9, []);
        reader.Reset();
        reader.History = history;

        Reading.Read(reader, "data: {}\n\n"u8, 9, []);

        Assert.Equal(1, reader.PassedOver);
    }
}
