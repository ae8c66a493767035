using System.Text;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;

namespace BearerTools.Tests.Mocking;

public sealed class RecordingTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/");

    [Fact]
    public void Reads_what_it_writes()
    {
        var redaction = new Redaction(["mail"]);
        var recording = new Recording(s_base, redaction,
        [
            Entry("/b", """{"deep":[[[{"a":1.50,"e":1e3}]]],"text":"ä < \" \u0001"}"""u8.ToArray()),
            Entry("/a?x=1", Encoding.UTF8.GetBytes("data: 1\n\ndata: 2\n\n")) with { IsCut = true },
            Entry("/a", [0xff, 0xfe, 0]) with { Headers = [new("Set-Cookie", "***"), new("Link", "<a>"), new("Link", "<b>")] },
            new RecordedEntry { Method = "POST", Address = "/c", RequestBody = RecordedBody.Of("a=1"u8.ToArray(), redaction), Fault = MockFault.ConnectionReset },
        ]);

        var read = RecordingReader.Read("file", recording.ToUtf8());

        Assert.Equal(["/a", "/a?x=1", "/b", "/c"], read.Entries.Select(entry => entry.Address));
        Assert.Equal(["mail"], read.Redaction.Names);
        Assert.Equal([0xff, 0xfe, 0], read.Entries[0].Body!.Content);
        Assert.Equal(["Link", "Link", "Set-Cookie"], read.Entries[0].Headers.Select(header => header.Key));
        Assert.True(read.Entries[1].IsCut);
        Assert.Equal("data: 1\n\ndata: 2\n\n", read.Entries[1].Body!.Text);
        Assert.Empty(RecordedBody.Differences(recording.Entries[0].Body, read.Entries[2].Body));
        Assert.Contains("1.50", Encoding.UTF8.GetString(read.Entries[2].Body!.Content), StringComparison.Ordinal);
        Assert.Equal(MockFault.ConnectionReset, read.Entries[3].Fault);
        Assert.Equal(recording.ToUtf8(), read.ToUtf8());

        static RecordedEntry Entry(string address, byte[] body) => new()
        {
            Method = "GET",
            Address = address,
            Status = 200,
            Body = RecordedBody.Of(body, new Redaction([])),
        };
    }

    [Theory]
    [InlineData("""{"password":"p","nested":{"client_secret":"s"},"list":[{"api_key":"k"}],"ok":"ok"}""", "\"p\"", "\"s\"", "\"k\"")]
    [InlineData("""{"mail":"ada@example.com","Mail":7}""", "ada", "7")]
    [InlineData("grant_type=x&client_secret=abc&mail=ada", "abc", "ada")]
    public void Removes_values_by_their_names(string body, params string[] removed)
    {
        var text = Encoding.UTF8.GetString(RecordedBody.Of(Encoding.UTF8.GetBytes(body), new Redaction(["mail"]))!.Content);

        foreach (var value in removed) Assert.DoesNotContain(value, text, StringComparison.Ordinal);
        Assert.Contains("***", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_cursors_that_a_replay_needs()
    {
        var redaction = new Redaction([]);

        Assert.Equal("/a?$skiptoken=x&nextToken=y&access_token=***", redaction.Redact(new Uri(s_base, "/a?$skiptoken=x&nextToken=y&access_token=z")));
        Assert.Contains("\"y\"", redaction.Redact(MockRule.ToElement("""{"nextPageToken":"y"}"""u8)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Removes_secrets_of_the_process_and_echoes_of_removed_values()
    {
        var secret = new Secret(Guid.NewGuid().ToString("N"));
        var password = Guid.NewGuid().ToString("N");
        var redaction = new Redaction([]);

        var json = redaction.Redact(MockRule.ToElement(Encoding.UTF8.GetBytes(
            $$"""{"a":"{{secret.Reveal()}}","password":"{{password}}","echo":"it was {{password}}"}"""))).GetRawText();

        Assert.DoesNotContain(secret.Reveal(), json, StringComparison.Ordinal);
        Assert.DoesNotContain(password, json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 1)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"entries\": []}", 1)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"baseUri\": \"x\",\n\"entries\": []}", 3)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"baseUri\": \"https://a\",\n\"entries\": [\n{ \"method\": \"GET\", \"address\": \"a\", \"status\": 200 }]}", 5)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"baseUri\": \"https://a\",\n\"entries\": [\n{ \"method\": \"GET\", \"address\": \"/a\", \"fault\": \"Fire\" }]}", 5)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"baseUri\": \"https://a\",\n\"entries\": [\n{ \"method\": \"GET\", \"address\": \"/a\", \"status\": 200,\n\"responseBase64\": \"?\" }]}", 6)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"baseUri\": \"https://a\",\n\"entries\": [\n{ \"method\": \"GET\", \"address\": \"/a\", \"status\": 200,\n\"responseText\": \"a\",\n\"responseJson\": 1 }]}", 7)]
    [InlineData("{\n\"recordingVersion\": 1,\n\"recordingVersion\": 1, \"baseUri\": \"https://a\", \"entries\": []}", 3)]
    [InlineData("{", 1)]
    public void Names_the_line_of_a_mistake(string text, int line)
    {
        var error = Assert.Throws<BearerRequestException>(() => RecordingReader.Read("file", Encoding.UTF8.GetBytes(text)));

        Assert.Equal("RecordingInvalid", error.ErrorId);
        Assert.StartsWith($"file, line {line}, column ", error.Message, StringComparison.Ordinal);
    }
}
