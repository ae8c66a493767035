using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonItemsPathTests
{
    [Theory]
    [InlineData("value", """{"count":2,"value":[{"a":1},2],"next":"x"}""", """{"a":1}|2""")]
    [InlineData("data.items", """{"x":{"data":[0],"items":[0]},"data":{"y":[[{"items":[9]}]],"items":[1,[2]]},"items":[3]}""", "1|[2]")]
    [InlineData("@odata.value", """{"@odata":1,"@odata.value":[1]}""", "1")]
    [InlineData("a.b.c.d", """{"a.b":{"c.d":[1]}}""", "1")]
    [InlineData("a\"b", """{"a\u0022b":[1]}""", "1")]
    [InlineData("value", """{"value":{"a":[1]}}""", """{"a":[1]}""")]
    [InlineData("value", """{"value":"x","more":[1]}""", "\"x\"")]
    [InlineData("value", """{"value":[]}""", "")]
    [InlineData("value", """{"value":null}""", "")]
    [InlineData("value", "", "")]
    public void The_elements_at_the_path_are_the_rows(string path, string body, string rows)
    {
        for (var piece = 1; piece <= body.Length + 1; piece++)
            Assert.Equal(rows, string.Join('|', Reading.Rows(body, new JsonReadOptions { ItemsPath = path }, piece)));
    }

    [Theory]
    [InlineData("data.items", """{"meta":{"items":[]},"items":[1]}""", "The document has 'meta', 'items'.")]
    [InlineData("data.items", """{"data":{"count":1,"Items":[]}}""", "'data' has 'count', 'Items'.")]
    [InlineData("data.items", """{"data":[{"items":[1]}],"x":1}""", "'data' is a list, and -ItemsPath cannot go into its elements.")]
    [InlineData("data[0].items", """{"data":[{"items":[1]}],"x":1}""", "The document has 'data', 'x'.")]
    [InlineData("items", """{"x\u001b\n":1}""", "The document has 'x??'.")]
    [InlineData("items", "{}", "The document has no properties.")]
    [InlineData("items", "[1]", "The document is not an object.")]
    public void A_missing_path_is_an_error_that_names_the_existing_ones(string path, string body, string found)
    {
        for (var piece = 1; piece <= body.Length; piece++)
        {
            var (rows, fault) = Reading.Fault(body, new JsonReadOptions { ItemsPath = path }, piece);
            Assert.Empty(rows);
            Assert.Equal("ItemsPathNotFound", fault.ErrorId);
            Assert.Contains($"The response does not contain '{path}'. {found}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("data.rows.id", """{"data":{"rows":[{"id":1}]}}""", "Pass the path of the list, 'data.rows', and")]
    [InlineData("data.rows.id", """{"data":{"rows":[]}}""", "Pass the path of the list, 'data.rows', and")]
    [InlineData("choices[0].delta", """{"choices":[{"delta":{}}]}""", "without an index")]
    [InlineData("items", """{"rows":[1]}""", "pass a path that the response has")]
    public void The_error_of_a_missing_path_says_what_to_pass(string path, string body, string nextStep) =>
        Assert.Contains(nextStep, Reading.Fault(body, new JsonReadOptions { ItemsPath = path }).Fault.NextStep, StringComparison.Ordinal);

    [Fact]
    public void What_follows_the_rows_must_be_valid_too()
    {
        var (rows, fault) = Reading.Fault("""{"value":[1,2],"x":}""", new JsonReadOptions { ItemsPath = "value" });
        Assert.Equal(["1", "2"], rows);
        Assert.Equal(19, fault.ByteOffset);
    }

    [Fact]
    public void The_array_at_the_path_can_stay_one_row() =>
        Assert.Equal(["[1,2]"], Reading.Rows("""{"value":[1,2]}""", new JsonReadOptions { ItemsPath = "value", NoEnumerate = true }));

    [Theory]
    [InlineData("items")]
    [InlineData(null)]
    public void Values_beside_the_rows_are_captured(string? path)
    {
        var options = new JsonReadOptions { ItemsPath = path, Captures = ["@odata.nextLink", "page.cursor", "missing", "page"] };
        var reader = new JsonRowReader<string>(options, new TextBuilder());
        for (var i = 0; i < 2; i++)
        {
            reader.Reset();
            Assert.Null(reader.Captured(0));
            Reading.Read(reader,
                """{"page":{"x":1,"cursor":17},"items":[{"page":{"cursor":99},"missing":1}],"@odata.nextLink":"https:\/\/x"}"""u8, 7, []);
            Assert.Equal(["https://x", "17", null, null], Enumerable.Range(0, 4).Select(reader.Captured));
        }
    }
}
