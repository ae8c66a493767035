using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonRowReaderTests
{
    [Theory]
    [InlineData("""[{"a":1},2,"x",[3,[]],null,true,{}]""", """{"a":1}|2|"x"|[3,[]]|null|true|{}""")]
    [InlineData("""{"a":{"b":[1,{"c":null}]},"d":false}""", """{"a":{"b":[1,{"c":null}]},"d":false}""")]
    [InlineData("42", "42")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("null", "null")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    [InlineData(" \r\n\t", "")]
    [InlineData("[1,/* two */2,]// end", "1|2")]
    public void Each_element_of_an_array_and_any_other_document_is_a_row(string body, string rows) =>
        Assert.Equal(rows, string.Join('|', Reading.Rows(body)));

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_document()
    {
        for (var piece = 1; piece < 5; piece++) Assert.Equal(["1"], Reading.Rows("\uFEFF[1]", piece: piece));
    }

    [Fact]
    public void Rows_come_while_the_rest_has_not_arrived()
    {
        var reader = new JsonRowReader<string>(JsonReadOptions.Default, new TextBuilder());
        var rows = new List<string>();
        reader.Feed("""[{"a":1},{"a":2},{"a"""u8, rows);
        Assert.Equal(["""{"a":1}""", """{"a":2}"""], rows);
        reader.Feed("\":3}"u8, rows);
        Assert.Equal(3, rows.Count);
    }

    [Fact]
    public void An_array_can_stay_one_row() =>
        Assert.Equal(["[1,[2]]"], Reading.Rows("[1,[2]]", new JsonReadOptions { NoEnumerate = true }));

    [Fact]
    public void Escapes_become_their_characters() =>
        Assert.Equal(["""{"a\u0009\u00e9":"\u0022\u005c/\u0008\u000c\u000a\u000d\u0009\u00e9\ud83d\ude00\ud83d\ude00"}"""],
            Reading.Rows("""{"a\t\u00E9":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00😀"}"""));

    [Fact]
    public void Lone_surrogates_survive() =>
        Assert.Equal(["""{"\udc00":"a\ud800b\udc00\ud800"}"""], Reading.Rows("""{"\udc00":"a\ud800b\udc00\ud800"}"""));

    [Fact]
    public void Bytes_that_are_no_utf8_become_replacement_characters() =>
        Assert.Equal(["\"a\\ufffdb\""], Reading.Rows([(byte)'"', (byte)'a', 0xFF, (byte)'b', (byte)'"']));

    [Fact]
    public void A_long_text_with_escapes_is_read_whole()
    {
        var text = string.Concat(Enumerable.Repeat("012345\\\\6789\\\"", 50_000));
        var row = text.Replace("\\\\", "\\u005c", StringComparison.Ordinal).Replace("\\\"", "\\u0022", StringComparison.Ordinal);
        foreach (var piece in (int[])[997, 4096, int.MaxValue]) Assert.Equal([$"\"{row}\"", "1"], Reading.Rows($"[\"{text}\",1]", piece: piece));
    }

    [Fact]
    public void Of_a_name_that_comes_twice_the_last_counts_in_its_place() =>
        Assert.Equal(["""{"b":2,"a":{"x":1}}"""], Reading.Rows("""{"a":1,"b":2,"a":{"x":0,"x":1}}"""));

    [Theory]
    [InlineData("""{"a":1,"A":2}""", """<"a":1,"A":2>""")]
    [InlineData("""{"a":{"x":1,"A":0},"A":2}""", """<"a":{"x":1,"A":0},"A":2>""")]
    [InlineData("""{"":1}""", """<"":1>""")]
    [InlineData("""{"x":{"straße":1,"STRAßE":2}}""", """{"x":<"stra\u00dfe":1,"STRA\u00dfE":2>}""")]
    [InlineData("""{"a":1,"\u0041":2}""", """<"a":1,"A":2>""")]
    public void Names_that_an_object_without_case_would_lose_are_reported_for_that_object_alone(string body, string row) =>
        Assert.Equal([row], Reading.Rows(body));

    [Fact]
    public void The_same_name_in_the_next_object_does_not_clash() =>
        Assert.Equal(["""{"a":1}""", """{"A":1}""", """{"a":{"A":{"a":1}}}"""], Reading.Rows("""[{"a":1},{"A":1},{"a":{"A":{"a":1}}}]"""));

    [Fact]
    public void Names_without_end_are_read_as_well()
    {
        var members = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":{i}"));
        Assert.Equal([$"{{{members}}}", $"<{members},\"K0\":1>", $"{{{members}}}"], Reading.Rows($"[{{{members}}},{{{members},\"K0\":1}},{{{members}}}]"));
    }

    [Fact]
    public void Nesting_up_to_the_guard_is_read_and_beyond_it_refused()
    {
        var options = new JsonReadOptions { Depth = 10_000 };
        Assert.Single(Reading.Rows(Nested(10_000), options));
        foreach (var piece in (int[])[1000, int.MaxValue])
        {
            var (_, fault) = Reading.Fault(Nested(10_001), options, piece);
            Assert.Equal("JsonTooDeep", fault.ErrorId);
            Assert.Contains("deeper than 10000 levels", fault.Message, StringComparison.Ordinal);
            Assert.Equal(10_000, fault.ByteOffset);
            Assert.Contains("-Depth", fault.NextStep, StringComparison.Ordinal);
        }

        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
    }

    [Theory]
    [InlineData("{\"x\":[[1]],\"items\":[]}")]
    [InlineData("{\"items\":[],\"x\":[[1]]}")]
    [InlineData("{\"items\":[[[1]]]}")]
    public void The_guard_of_depth_counts_from_the_document_and_holds_beside_the_rows_too(string body)
    {
        Assert.Equal("JsonTooDeep", Reading.Fault(body, new JsonReadOptions { ItemsPath = "items", Depth = 2 }).Fault.ErrorId);
        Assert.True(Reading.Rows(body, new JsonReadOptions { ItemsPath = "items", Depth = 4 }).Count < 2);
    }

    [Fact]
    public void A_reader_reads_one_body_after_another()
    {
        var reader = new JsonRowReader<string>(JsonReadOptions.Default, new TextBuilder());
        var rows = new List<string>();
        Assert.Throws<JsonFormatException>(() => Reading.Read(reader, """{"a":[1,{"b":"""u8, 3, rows));
        for (var i = 0; i < 3; i++)
        {
            reader.Reset();
            Reading.Read(reader, """[{"a":"x"}]"""u8, 4, rows);
        }

        Assert.Equal(Enumerable.Repeat("""{"a":"x"}""", 3), rows);
    }

    [Fact]
    public void A_row_larger_than_allowed_is_refused_and_many_small_ones_are_not()
    {
        var options = new JsonReadOptions { MaximumRowBytes = 1000 };
        var small = string.Join(',', Enumerable.Repeat("[1]", 5_000));
        Assert.Equal(5_000, Reading.Rows($"[{small}]", options, 100).Count);
        foreach (var body in (string[])[$"[1,[{small}]]", $"[1,\"{new string('x', 5_000)}\"]", $"[1,{new string(' ', 100)}\"{new string('x', 5_000)}\"]"])
        {
            var (rows, fault) = Reading.Fault(body, options, 100);
            Assert.Equal(["1"], rows);
            Assert.Equal("JsonRowTooLarge", fault.ErrorId);
        }
    }

    [Fact]
    public void Each_value_split_at_any_byte_gives_the_same_rows()
    {
        var body = "\uFEFF" + """
            [ {"name":"Zoë \ud83d\ude00\\\"","n":[0,-1.5e+10,12345678901234567890],"Name":true}, /* c */
              "\u00e9😀", null , {"":{"a":[[],{}]}} , 1234567, false ]
            """ + "\n\n ";
        var whole = Reading.Rows(body);
        Assert.Equal(6, whole.Count);
        for (var piece = 1; piece <= Encoding.UTF8.GetByteCount(body); piece++) Assert.Equal(whole, Reading.Rows(body, piece: piece));
    }
}
