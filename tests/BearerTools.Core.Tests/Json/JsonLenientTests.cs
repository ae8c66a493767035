using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonLenientTests
{
    private static readonly JsonReadOptions s_lenient = new() { IsLenient = true };

    [Theory]
    [InlineData("[{\"a\":\"x\ty\nz\"},2]", """{"a":"x\u0009y\u000az"}""", "2")]
    [InlineData("[{'a':'it\\'s \"b\"'},2]", "{\"a\":\"it's \\u0022b\\u0022\"}", "2")]
    [InlineData("[{a:1,_b$1:[true]},{c : null}]", """{"a":1,"_b$1":[true]}""", """{"c":null}""")]
    [InlineData("[1,,2,]", "1", "null", "2")]
    [InlineData("[,1]", "null", "1")]
    [InlineData("[0x1F,010,-010,.5,-.5,5.]", "31", "8", "-8", "0.5", "-0.5", "5.0")]
    [InlineData("[undefined,Infinity,-Infinity]", "null", "1e99999", "-1e99999")]
    [InlineData("[1,/* 'x */'y'// z\n,\"\\'\"]", "1", "\"y\"", "\"'\"")]
    [InlineData("['\\u00e9\\\\',\"b\"]", "\"\\u00e9\\u005c\"", "\"b\"")]
    public void What_ConvertFrom_Json_reads_is_read_however_the_body_is_split(string body, params string[] rows)
    {
        for (var piece = 1; piece < body.Length + 2; piece++) Assert.Equal(rows.Select(Normal), Reading.Rows(body, s_lenient, piece).Select(Normal));
    }

    [Fact]
    public void NaN_is_a_number()
    {
        var rows = new List<object?>();
        Reading.Read(new JsonRowReader<object?>(s_lenient, new ValueBuilder()), "[NaN,1]"u8, 2, rows);
        Assert.Equal(double.NaN, rows[0]);
    }

    [Theory]
    [InlineData("[{\"id\":1},oops]")]
    [InlineData("[1,2")]
    [InlineData("{\"a\":tru}")]
    [InlineData("[\"\\x\"]")]
    [InlineData(")]}'\n{}")]
    [InlineData("Warning: x in /y on line 3\n{\"a\":1}")]
    [InlineData("12:30:45")]
    [InlineData("$x: 1")]
    [InlineData("[a:1]")]
    public void The_place_of_a_fault_is_that_of_the_strict_reader(string body)
    {
        for (var piece = 1; piece < body.Length + 2; piece++)
        {
            var (strict, lenient) = (Reading.Fault(body, piece: piece), Reading.Fault(body, s_lenient, piece));
            Assert.Equal((strict.Rows.Count, strict.Fault.Message), (lenient.Rows.Count, lenient.Fault.Message));
        }
    }

    [Fact]
    public void A_string_without_an_end_is_bounded()
    {
        var (_, fault) = Reading.Fault("['" + new string('x', 100_000), s_lenient with { MaximumRowBytes = 50_000 }, 1000);
        Assert.Equal("JsonRowTooLarge", fault.ErrorId);
    }

    [Fact]
    public void Lines_are_read_leniently_too()
    {
        Assert.Equal(["""{"a":1}""", """{"b":2}"""], Reading.Rows("{'a':1}\n{\"b\":2}\n", s_lenient with { Format = JsonFormat.JsonLines }));
    }

    [Theory]
    [InlineData("{\"a\":0x1F,}", "{\"a\":31}")]
    [InlineData(" [ { \"a\":undefined } ]", "[{\"a\":null}]")]
    [InlineData("{'a':1}", "\"{'a':1}\"")]
    [InlineData("{a:1}", "\"{a:1}\"")]
    [InlineData("[007]", "\"[007]\"")]
    [InlineData("undefined", "\"undefined\"")]
    [InlineData("5 // tries", "\"5 // tries\"")]
    [InlineData("[1,]", "\"[1,]\"")]
    public void The_data_of_an_event_is_read_leniently_only_if_it_begins_like_an_object(string data, string row) =>
        Assert.Equal([row], Reading.Rows($"data: {data}\n\n", s_lenient with { Format = JsonFormat.ServerSentEvents }).Select(Normal));

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":2}", JsonFormat.Json, "{\"a\":1}", "{\"a\":2}")]
    [InlineData("{\"a\":1}{\"a\":2}\n\n", JsonFormat.Json, "{\"a\":1}", "{\"a\":2}")]
    [InlineData("[1,2]\r\n[3]", JsonFormat.Json, "1", "2", "3")]
    [InlineData("1 2\n3 ", JsonFormat.Json, "1", "2", "3")]
    [InlineData("{'a':1}\n{'a':2} {\"a\":3}", JsonFormat.Json, "{\"a\":1}", "{\"a\":2}", "{\"a\":3}")]
    [InlineData("\u001e{\"a\":1}\n\u001e[1,2]\n", JsonFormat.Sequence, "{\"a\":1}", "[1,2]")]
    [InlineData("{\"a\":1}\n{\n\"a\":2}", JsonFormat.Sequence, "{\"a\":1}", "{\"a\":2}")]
    [InlineData("\u001e", JsonFormat.Sequence)]
    public void Several_documents_are_rows_however_the_body_is_split(string body, object format, params string[] rows)
    {
        for (var piece = 1; piece < body.Length + 2; piece++)
            Assert.Equal(rows, Reading.Rows(body, s_lenient with { Format = (JsonFormat)format, AllowsMany = true }, piece));
    }

    [Fact]
    public void Items_of_several_documents_are_rows() =>
        Assert.Equal(["1", "2", "3"], Reading.Rows("{\"v\":[1,2],\"x\":{}}\n{\"v\":[3]}", s_lenient with { AllowsMany = true, ItemsPath = "v" }, 1));

    [Fact]
    public void A_fault_in_a_later_document_says_its_place_in_the_body()
    {
        for (var piece = 1; piece < 30; piece++)
        {
            var (rows, fault) = Reading.Fault("{\"a\":1}\n {\"a\":\n x}", new JsonReadOptions { AllowsMany = true }, piece);
            Assert.Single(rows);
            Assert.Equal((3, 2, 16), (fault.Line, fault.Column, fault.ByteOffset));
        }
    }

    private static string Normal(string json) => json.Replace("\\u0009", "\\t", StringComparison.OrdinalIgnoreCase).Replace("\\u000a", "\\n", StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("1/* c */", "1")]
    [InlineData("1 /* c */", "1")]
    [InlineData("true//c", "true")]
    [InlineData("true//c\n", "true")]
    [InlineData("\"a\"/* b */\n", "\"a\"")]
    [InlineData("null // c\n// d", "null")]
    [InlineData("1/* c */\n2 // d", "1|2")]
    [InlineData("{\"a\":1}// c", "{\"a\":1}")]
    public void A_comment_may_follow_a_value(string body, string rows)
    {
        foreach (var options in new[] { s_lenient with { AllowsMany = true }, new JsonReadOptions { AllowsMany = true } })
        {
            for (var piece = 1; piece <= body.Length; piece++) Assert.Equal(rows, string.Join('|', Reading.Rows(body, options, piece)));
        }
    }

    [Theory]
    [InlineData("\"a\"x", 4)]
    [InlineData("nullable", 5)]
    [InlineData("1,2", 2)]
    [InlineData("true,", 5)]
    [InlineData("1\n2x", 2)]
    [InlineData("1/2", 2)]
    [InlineData("1/", 2)]
    public void Text_after_a_value_is_a_fault_at_its_place(string body, int column)
    {
        for (var piece = 1; piece <= body.Length; piece++)
        {
            var (_, fault) = Reading.Fault(body, s_lenient with { AllowsMany = true }, piece);
            Assert.Equal((column, body.Length - body.Split('\n')[^1].Length + column - 1), (fault.Column, fault.ByteOffset));
        }
    }

    [Fact]
    public void A_scalar_is_a_row_as_soon_as_its_line_or_record_ends()
    {
        foreach (var (format, body) in new[] { (JsonFormat.Json, "1\n2\n"), (JsonFormat.Sequence, "\u001e1\n\u001e2\n") })
        {
            var reader = new JsonRowReader<string>(s_lenient with { Format = format, AllowsMany = true }, new TextBuilder());
            var rows = new List<string>();
            reader.Feed(System.Text.Encoding.UTF8.GetBytes(body), rows);
            Assert.Equal(["1", "2"], rows);
        }
    }

    [Theory]
    [InlineData("true story", "")]
    [InlineData("1/* c */ story", "")]
    [InlineData("1/2", "")]
    [InlineData("nullable", "")]
    [InlineData("nulltrue", "")]
    [InlineData("null and void", "")]
    [InlineData("404 not found", "")]
    [InlineData("3 [INFO] up", "")]
    [InlineData("\"a\" said b", "")]
    [InlineData("[1] x", "1")]
    [InlineData("{\"a\":1} true story", "{\"a\":1}")]
    public void Text_that_begins_with_a_value_has_no_row_for_it(string body, string rows)
    {
        foreach (var options in new[] { s_lenient with { AllowsMany = true }, new JsonReadOptions { AllowsMany = true } })
        {
            for (var piece = 1; piece <= body.Length; piece++)
            {
                var (before, fault) = Reading.Fault(body, options, piece);
                Assert.Equal(rows, string.Join('|', before));
                Assert.Equal("InvalidJson", fault.ErrorId);
            }
        }
    }

    [Fact]
    public void A_record_of_a_sequence_is_a_row_at_once()
    {
        var (rows, _) = Reading.Fault("\u001e1\n\u001e\"a\"\n\u001e{x", new JsonReadOptions { AllowsMany = true, Format = JsonFormat.Sequence }, 1);

        Assert.Equal("1|\"a\"", string.Join('|', rows));
    }

    [Theory]
    [InlineData("1 2", "1|2")]
    [InlineData("1\n", "1")]
    [InlineData(" null", "null")]
    [InlineData("true[1]", "true|1")]
    [InlineData("1 [] {\"a\":2}\n3 ", "1|{\"a\":2}|3")]
    public void A_value_that_another_document_or_nothing_follows_is_a_row(string body, string rows)
    {
        for (var piece = 1; piece <= body.Length; piece++)
            Assert.Equal(rows, string.Join('|', Reading.Rows(body, s_lenient with { AllowsMany = true }, piece)));
    }
}
