using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonCapturesTests
{
    [Theory]
    [InlineData("""{"data":[{"id":1},{"id":2}]}""", "data[-1].id", "2")]
    [InlineData("""{"data":[{"id":1},{"id":2}]}""", "data[0].id", "1")]
    [InlineData("""{"data":[{"id":1},{"id":2}]}""", "data[5].id", null)]
    [InlineData("""{"data":[1,2,"x"]}""", "data[-1]", "x")]
    [InlineData("""[{"id":1},{"id":2}]""", "[-1].id", "2")]
    [InlineData("""{"data":[{"id":1},{"id":2}]}""", "data[-2].id", "1")]
    [InlineData("""{"data":[{"id":1},{"id":2},{"id":3},{"id":4}]}""", "data[-3].id", "2")]
    [InlineData("""{"data":[{"id":1},{"id":2},{"x":3},{"id":4}]}""", "data[-2].id", null)]
    [InlineData("""{"data":[{"id":1},{"id":2}]}""", "data[-3].id", null)]
    [InlineData("""{"data":[1,2,"x"]}""", "data[-2]", "2")]
    [InlineData("""{"data":[{"sort":[5,6,7]},{"sort":[8]},{"sort":[9]}]}""", "data[-3].sort[-2]", "6")]
    [InlineData("""{"data":[{"sort":[5,6,7]},{"sort":[8]},{"sort":[9]}]}""", "data[-2].sort[-2]", null)]
    [InlineData("""{"data":[{"sort":[5,6]},{"sort":[7,8]}]}""", "data[-1].sort[-1]", "8")]
    [InlineData("""{"data":[{"sort":[5,6]},{"sort":[7,8]}]}""", "data[-1].sort[0]", "7")]
    [InlineData("""{"hits":{"hits":[{"a":{"id":1}},{"a":{"id":[{"id":9}]},"id":3}]}}""", "hits.hits[-1].id", "3")]
    [InlineData("""{"data":[{"id":1},{"other":2}]}""", "data[-1].id", null)]
    [InlineData("""{"data":[{"id":1},[2]]}""", "data[-1].id", null)]
    [InlineData("""{"data":{"id":1}}""", "data[-1].id", null)]
    [InlineData("""{"data":[]}""", "data[-1].id", null)]
    [InlineData("""{"a[x]":7}""", "a[x]", "7")]
    [InlineData("""{"list":[{"id":1}],"meta":{"next":"n"},"z":[[[{"next":"deep"}]]]}""", "meta.next", "n")]
    public void A_value_is_captured_by_its_path_however_the_body_is_split(string json, string path, string? value)
    {
        foreach (var (piece, items) in from piece in (int[])[1, 3, int.MaxValue] from items in (string?[])[null, "data"] select (piece, items))
        {
            if (items is not null && !json.StartsWith("""{"data":[""", StringComparison.Ordinal)) continue;
            var reader = new JsonRowReader<string>(new JsonReadOptions { Captures = [path], ItemsPath = items }, new TextBuilder());
            Reading.Read(reader, Encoding.UTF8.GetBytes(json), piece, []);
            Assert.Equal(value, reader.Captured(0));
        }
    }

    [Theory]
    [InlineData("""{"data":[{"id":1}],"key":{ "a" : [1, 2.50, "ü\"\u00e4", true, null, { }, [ ] ] , "b":{} }}""", "key", """{"a":[1,2.50,"ü\"\u00e4",true,null,{},[]],"b":{}}""")]
    [InlineData("""{"data":[{"sort":[5,"a"]},{"sort":[7,"b"]}]}""", "data[-1].sort", """[7,"b"]""")]
    [InlineData("""{"data":[{"sort":[5,"a"]},{"sort":[7,"b"]}]}""", "data[-2].sort", """[5,"a"]""")]
    [InlineData("""{"data":[{"sort":[5]},{}]}""", "data[-1].sort", null)]
    [InlineData("""{"data":[{"sort":[5]},[{"x":[]}]]}""", "data[-1]", """[{"x":[]}]""")]
    [InlineData("""{"data":[{"id":1}],"z":1}""", "data", """[{"id":1}]""")]
    [InlineData("""{"data":[],"key":"text"}""", "key", "text")]
    public void An_object_or_array_is_captured_as_JSON_when_it_is_kept(string json, string path, string? value)
    {
        foreach (var (piece, items, whole) in from piece in (int[])[1, 3, int.MaxValue]
            from items in (string?[])[null, "data"]
            from whole in (bool[])[false, true]
            select (piece, items, whole))
        {
            var options = new JsonReadOptions { Captures = [path], ItemsPath = items, KeepsContainers = true, NoEnumerate = whole };
            var reader = new JsonRowReader<string>(options, new TextBuilder());
            Reading.Read(reader, Encoding.UTF8.GetBytes(json), piece, []);
            Assert.Equal(value, reader.Captured(0));
        }
    }

    [Fact]
    public void A_value_that_is_too_long_is_not_kept()
    {
        var reader = new JsonRowReader<string>(new JsonReadOptions { Captures = ["a"], KeepsContainers = true }, new TextBuilder());
        Reading.Read(reader, Encoding.UTF8.GetBytes($$"""{"a":["{{new string('x', JsonCopy.Longest)}}",1],"b":2}"""), int.MaxValue, []);
        Assert.Null(reader.Captured(0));
        Assert.Equal(JsonCaptureKind.Container, reader.CapturedKind(0));
    }

    [Theory]
    [InlineData("true", JsonCaptureKind.True)]
    [InlineData("false", JsonCaptureKind.False)]
    [InlineData("null", JsonCaptureKind.Null)]
    [InlineData("1", JsonCaptureKind.Number)]
    [InlineData("\"\"", JsonCaptureKind.String)]
    [InlineData("{}", JsonCaptureKind.Container)]
    public void The_type_of_a_captured_value_is_known(string value, object kind)
    {
        var reader = new JsonRowReader<string>(new JsonReadOptions { Captures = ["a", "b"] }, new TextBuilder());
        Reading.Read(reader, Encoding.UTF8.GetBytes($$"""{"a":{{value}}}"""), int.MaxValue, []);
        Assert.Equal(kind, reader.CapturedKind(0));
        Assert.Equal(JsonCaptureKind.Absent, reader.CapturedKind(1));
        Assert.Equal("The document has 'a'.", reader.Found(1));
    }
}
