using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonLineReaderTests
{
    private static readonly JsonReadOptions s_lines = new() { Format = JsonFormat.JsonLines };

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
    public void A_line_larger_than_allowed_is_refused()
    {
        var body = $"1\n\"{new string('x', 500)}\"";
        var (rows, fault) = Reading.Fault(body, s_lines with { MaximumRowBytes = 100 }, 64);
        Assert.Equal(["1"], rows);
        Assert.Equal(("JsonRowTooLarge", 2L), (fault.ErrorId, fault.Line));
    }
}
