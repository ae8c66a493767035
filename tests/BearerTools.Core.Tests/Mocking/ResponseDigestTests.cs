using System.Text;
using System.Text.Json.Nodes;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Tests.Mocking;

public sealed class ResponseDigestTests
{
    private const string Body = """{"items":[{"id":1,"name":"ada","tags":["a","b"],"a.b":null},{"id":2.50,"ok":true}],"next":"/a?page=2"}""";

    private static readonly string s_file = Encoding.UTF8.GetString(new Recording(new Uri("https://api.contoso.com/"), new Redaction([]),
    [
        Entry("/a", Body) with { Headers = [new("Content-Type", "application/json"), new("Link", "<b>"), new("Link", "<c>")], Delay = TimeSpan.FromSeconds(1) },
        Entry("/b", "data: 1\n\ndata: 2\n\n") with { Delay = TimeSpan.Zero },
        Entry("/c", "plain") with { IsCut = true },
        new RecordedEntry { Method = "GET", Address = "/d", Fault = MockFault.ConnectionReset },
    ]).ToUtf8());

    [Fact]
    public void Accepts_a_file_that_was_not_edited() => Assert.Equal(s_file, Encoding.UTF8.GetString(Read(s_file).ToUtf8()));

    [Theory]
    [InlineData("\"ada\"", "\"bob\"", "entries[0].responseJson.items[0].name", "\"bob\"")]
    [InlineData("2.50", "2.5", "entries[0].responseJson.items[1].id", "2.5")]
    [InlineData("true", "false", "entries[0].responseJson.items[1].ok", "false")]
    [InlineData("\"b\"\n", "\"c\"\n", "entries[0].responseJson.items[0].tags[1]", "\"c\"")]
    [InlineData("\"a.b\": null", "\"a.b\": 0", "entries[0].responseJson.items[0][\"a.b\"]", "0")]
    [InlineData("/a?page=2", "/a?page=3", "entries[0].responseJson.next", "\"/a?page=3\"")]
    [InlineData("\"status\": 200,", "\"status\": 404,", "entries[0].status", "404")]
    [InlineData("\"<c>\"", "\"<d>\"", "entries[0].headers.Link[1]", "\"<d>\"")]
    [InlineData("application/json", "text/plain", "entries[0].headers.Content-Type", "\"text/plain\"")]
    [InlineData("data: 2", "data: 3", "entries[1].responseText, line 3", "\"data: 3\"")]
    [InlineData("\"plain\"", "\"pain\"", "entries[2].responseText", "\"pain\"")]
    [InlineData("\"ConnectionReset\"", "\"TlsFailure\"", "entries[3].fault", "\"TlsFailure\"")]
    public void Names_the_field_that_was_edited(string from, string to, string field, string value)
    {
        var at = s_file.IndexOf(from, StringComparison.Ordinal);
        var edited = s_file[..at] + to + s_file[(at + from.Length)..];

        var error = Assert.Throws<BearerRequestException>(() => Read(edited));

        Assert.Equal("RecordingEdited", error.ErrorId);
        Assert.Contains($": {field} was edited after it was recorded (GET /", error.Message, StringComparison.Ordinal);
        Assert.Contains($"it is {value}.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-AcceptEdits", error.NextStep, StringComparison.Ordinal);
        Assert.NotEmpty(RecordingReader.Read("file", Encoding.UTF8.GetBytes(edited), acceptsEdits: true).Entries);
    }

    [Fact]
    public void Names_the_line_of_the_field()
    {
        var line = s_file[..s_file.IndexOf("\"ada\"", StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;

        var error = Assert.Throws<BearerRequestException>(() => Read(s_file.Replace("\"ada\"", "\"bob\"", StringComparison.Ordinal)));

        Assert.StartsWith($"file, line {line}, column ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_other_fields_that_were_edited_too()
    {
        var error = Assert.Throws<BearerRequestException>(() => Read(
            s_file.Replace("\"ada\"", "\"bob\"", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal)));

        Assert.EndsWith("it is \"bob\". Also: responseJson.items[1].ok was edited.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"id\": 1,", "", "responseJson.items[0].id was removed after it was recorded (GET /a).")]
    [InlineData("\"id\": 1,", "\"id\": 1, \"x\": { \"y\": 1 },", "responseJson.items[0].x was added after it was recorded (GET /a): it is 1 field.")]
    [InlineData("\"next\":", "\"nex\":",
        "responseJson.nex was added after it was recorded (GET /a): it is \"/a?page=2\". Also: responseJson.next was removed.")]
    [InlineData("\"Content-Type\": \"application/json\",", "", "headers.Content-Type was removed after it was recorded (GET /a).")]
    public void Names_fields_that_were_added_or_removed(string from, string to, string message)
    {
        var at = s_file.IndexOf(from, StringComparison.Ordinal);

        var error = Assert.Throws<BearerRequestException>(() => Read(s_file[..at] + to + s_file[(at + from.Length)..]));

        Assert.EndsWith($": entries[0].{message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_an_object_that_was_removed_but_not_each_field_in_it()
    {
        var root = JsonNode.Parse(s_file)!;
        root["entries"]![0]!["responseJson"]!.AsObject().Remove("items");

        var error = Assert.Throws<BearerRequestException>(() => Read(root.ToJsonString()));

        Assert.EndsWith("responseJson.items was removed after it was recorded (GET /a).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_ten_edits_and_the_number_of_the_others()
    {
        var body = new JsonObject(Enumerable.Range(10, 15).Select(number => KeyValuePair.Create($"n{number}", (JsonNode?)JsonValue.Create(number))));
        var recording = new Recording(new Uri("https://api.contoso.com/"), new Redaction([]), [Entry("/a", body.ToJsonString())]);
        var root = JsonNode.Parse(recording.ToUtf8())!;
        foreach (var (name, _) in body) root["entries"]![0]!["responseJson"]!.AsObject().Remove(name);

        var error = Assert.Throws<BearerRequestException>(() => Read(root.ToJsonString()));

        Assert.Contains("responseJson.n10 was removed after", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("responseJson.n19 was removed, 5 more.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ignores_order_and_indentation()
    {
        var root = JsonNode.Parse(s_file)!;
        var body = root["entries"]![0]!["responseJson"]!.AsObject();
        var items = body["items"]!.DeepClone();
        body.Remove("items");
        body.Add("items", items);

        Assert.Equal(4, Read(root.ToJsonString()).Entries.Count);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("AAA=")]
    [InlineData("AAAAAAAA")]
    [InlineData("AQMBYXh4")]
    public void Refuses_a_digest_that_is_none(string digest)
    {
        var root = JsonNode.Parse(s_file)!;
        root["entries"]![3]!["responseDigest"] = digest + (digest.Length == 8 ? root["entries"]![3]!["responseDigest"]!.GetValue<string>() : string.Empty);

        var error = Assert.Throws<BearerRequestException>(() => Read(root.ToJsonString()));

        Assert.Contains("'responseDigest'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_an_entry_without_a_digest()
    {
        var root = JsonNode.Parse(s_file.Replace("\"ada\"", "\"bob\"", StringComparison.Ordinal))!;
        root["entries"]![0]!.AsObject().Remove("responseDigest");

        var read = Read(root.ToJsonString());

        Assert.Contains("bob", Encoding.UTF8.GetString(read.Entries[0].Body!.Content), StringComparison.Ordinal);
        Assert.Equal([false, true, true, true], read.Entries.Select(entry => entry.HasDigest));
    }

    [Fact]
    public void Keeps_the_time_of_a_response()
    {
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.Zero, null, null], Read(s_file).Entries.Select(entry => entry.Delay));
        Assert.Equal(TimeSpan.FromMilliseconds(120), RecordedEntry.Rounded(TimeSpan.FromMilliseconds(123)));
        Assert.Equal(TimeSpan.FromMilliseconds(1200), RecordedEntry.Rounded(TimeSpan.FromMilliseconds(1234)));
        Assert.Equal(RecordedEntry.LongestDelay, RecordedEntry.Rounded(TimeSpan.FromDays(2)));
    }

    private static Recording Read(string text) => RecordingReader.Read("file", Encoding.UTF8.GetBytes(text));

    private static RecordedEntry Entry(string address, string body) => new()
    {
        Method = "GET",
        Address = address,
        Status = 200,
        Body = RecordedBody.Of(Encoding.UTF8.GetBytes(body), new Redaction([])),
    };
}
