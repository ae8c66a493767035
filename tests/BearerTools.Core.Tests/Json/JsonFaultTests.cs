using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonFaultTests
{
    [Theory]
    [InlineData("[1,\n {\"a\":1},\n {\"a\":x}]", 2, 3, 7, 20)]
    [InlineData("[1,2", 1, 1, 5, 4)]
    [InlineData("{\"a\":1", 0, 1, 7, 6)]
    [InlineData("[1] x", 1, 1, 5, 4)]
    [InlineData("{\"a\":\"é\n\"}", 0, 1, 9, 8)]
    [InlineData("\n\ntru", 0, 3, 4, 5)]
    [InlineData("<html>", 0, 1, 1, 0)]
    [InlineData("[\"\\x\"]", 0, 1, 4, 3)]
    [InlineData("\uFEFF[1,\n2,]]", 2, 2, 4, 10)]
    public void A_fault_says_its_line_column_and_offset_after_the_rows_before_it(string body, int rows, int line, int column, int offset)
    {
        for (var piece = 1; piece < body.Length + 4; piece++)
        {
            var (before, fault) = Reading.Fault(body, piece: piece);
            Assert.Equal(rows, before.Count);
            Assert.Equal((line, column, offset), (fault.Line, fault.Column, fault.ByteOffset));
            Assert.Equal("InvalidJson", fault.ErrorId);
            Assert.EndsWith($"(line {line}, column {column}, byte {offset})", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("LineNumber", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Half_a_byte_order_mark_is_a_fault()
    {
        foreach (var format in (JsonFormat[])[JsonFormat.Json, JsonFormat.JsonLines])
        {
            foreach (var body in (byte[][])[[0xEF, 0xBB], [0xEF, (byte)'1']])
                Assert.Equal(0, Assert.Throws<JsonFormatException>(() => Reading.Rows(body, new JsonReadOptions { Format = format }, 1)).ByteOffset);
        }
    }

    [Fact]
    public void A_message_does_not_quote_what_the_server_sent()
    {
        var (_, fault) = Reading.Fault("""{"token":nul"secret"}""");
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("this is an invalid JSON literal", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_the_length_limit_is_refused_wherever_it_is_split()
    {
        foreach (var piece in (int[])[1 << 14, int.MaxValue])
        {
            var (rows, fault) = Reading.Fault($"[1,{new string('9', 20_000)}]", piece: piece);
            Assert.Equal(["1"], rows);
            Assert.Equal(3, fault.ByteOffset);
            (_, fault) = Reading.Fault("[1," + new string('9', 2_000_000), piece: piece);
            Assert.Equal("InvalidJson", fault.ErrorId);
        }
    }

    [Fact]
    public void Broken_bytes_give_rows_or_a_json_fault_and_nothing_else()
    {
        const int Inputs = 100_000;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] bodies =
        [
            """[{"id":1,"name":"Zoë \ud83d\ude00","tags":["a",null,true],"n":-1.5e10},[[]],"x"]"""u8.ToArray(),
            """{"value":[{"a":1},{"A":2,"a":"\u0041"}],"@odata.nextLink":"https://x/?a=b"}"""u8.ToArray(),
            "{\"a\":1}\n{\"a\":[2]}\r\n\n3\n"u8.ToArray(),
            "event: x\ndata: {\"a\":\ndata: 1}\n\n: c\rdata:[1]\r\n\r\ndata: [DONE]\n\n"u8.ToArray(),
        ];
        var readers = (from format in Enum.GetValues<JsonFormat>()
                       from path in (string?[])[null, "value"]
                       select new JsonReadOptions { Format = format, ItemsPath = path, Depth = 16, Captures = ["@odata.nextLink"] })
            .Select(options => new JsonRowReader<object?>(options, new ValueBuilder())).ToArray();
        for (var i = 0; i < Inputs; i++)
        {
            var body = Mutate(random, bodies[random.Next(bodies.Length)]);
            var reader = readers[random.Next(readers.Length)];
            try
            {
                var outcome = Outcome(reader, body, random.Next(1, 64));
                if (i % 4 == 0) Assert.Equal(Outcome(reader, body, int.MaxValue), outcome);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, input {i}, {Convert.ToHexString(body)}: {e}");
            }
        }
    }

    private static (int Rows, string? Fault) Outcome(JsonRowReader<object?> reader, byte[] body, int piece)
    {
        var rows = new List<object?>();
        reader.Reset();
        try
        {
            Reading.Read(reader, body, piece, rows);
            return (rows.Count, null);
        }
        catch (JsonFormatException e)
        {
            Assert.InRange(e.ByteOffset, 0, body.Length);
            return (rows.Count, e.Message);
        }
    }

    private static byte[] Mutate(Random random, byte[] body)
    {
        const string Likely = "[]{}\",:\\u0ed8-.eE+/*\n\r trufalsn9";
        var broken = body.ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(broken.Count);
            var value = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)Likely[random.Next(Likely.Length)];
            switch (random.Next(4))
            {
                case 0: broken[at] = value; break;
                case 1: broken.Insert(at, value); break;
                case 2: broken.RemoveAt(at); break;
                default: broken.InsertRange(at, broken.GetRange(random.Next(at + 1), random.Next(1, broken.Count - at + 1) / 2)); break;
            }

            if (broken.Count == 0) broken.Add(value);
        }

        return [.. broken];
    }
}
