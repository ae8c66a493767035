using System.Net.Http.Headers;
using System.Text;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Tests.Mocking;

/// <summary>Requests that mean what was recorded, though they look different, and files with mistakes.</summary>
public sealed class ReplayTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/");

    [Theory]
    [InlineData("/a?state=open&page=1&size=50", "/a?size=50&state=open&page=1", true)]
    [InlineData("/a?q=x%20y", "/a?q=x+y", true)]
    [InlineData("/a?id=1&b=2&id=3", "/a?b=2&id=1&id=3", true)]
    [InlineData("/a?id=1&b=2&id=3", "/a?b=2&id=3&id=1", false)]
    [InlineData("/a?b=2", "/a?b=2&b=2", false)]
    public async Task The_order_of_a_query_is_that_of_repeated_names_only(string recorded, string sent, bool isFound)
    {
        var replay = Replay(Entry(recorded));

        if (isFound) Assert.Equal(200, replay.Next(await Call(sent)).Status);
        else Assert.DoesNotContain("once more", (await Assert.ThrowsAsync<BearerRequestException>(async () => replay.Next(await Call(sent)))).Message, StringComparison.Ordinal);
        Assert.Equal(isFound ? 0 : 2, RecordingComparison.Differences(Recording(Entry(recorded)), Recording(Entry(sent))).Count());
    }

    [Fact]
    public async Task A_form_is_found_in_another_order()
    {
        var replay = Replay(Entry("/a", "b=2&a=1&a=3"));

        await Assert.ThrowsAsync<BearerRequestException>(async () => replay.Next(await Call("/a", "a=3&b=2&a=1")));
        Assert.Equal(200, replay.Next(await Call("/a", "a=1&b=2&a=3")).Status);
    }

    [Fact]
    public async Task A_multipart_form_is_found_with_another_boundary_and_order()
    {
        static string Form(string boundary, params string[] parts) => string.Concat(
            parts.Select(part => $"--{boundary}\r\nContent-Disposition: form-data; name={part[0]}\r\n\r\n{part[1..]}\r\n")) + $"--{boundary}--\r\n";

        static BodyFormat Format(string boundary) => BodyFormat.Of($"multipart/form-data; boundary=\"{boundary}\"");
        var (first, second) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        RecordedBody Recorded(string boundary, string form) => RecordedBody.Of(Encoding.UTF8.GetBytes(form), new Redaction([]), Format(boundary))!;
        var one = Recorded(first, Form(first, "a1", "b2"));
        var replay = Replay(Entry("/a") with { RequestBody = one });

        Assert.Equal(one.Text, Recorded(second, Form(second, "a1", "b2")).Text);
        await Assert.ThrowsAsync<BearerRequestException>(async () => replay.Next(await Call("/a", Form(second, "b2", "a9"), $"multipart/form-data; boundary={second}")));
        Assert.Equal(200, replay.Next(await Call("/a", Form(second, "b2", "a1"), $"multipart/form-data; boundary={second}")).Status);
    }

    [Fact]
    public void Names_that_occur_twice_do_not_differ_from_themselves()
    {
        RecordedEntry Response(string json) => Entry("/a") with { Body = Body(json) };
        IEnumerable<string> Differences(string one, string other) => RecordingComparison.Differences(Recording(Response(one)), Recording(Response(other)));

        Assert.Empty(Differences("""{"a":1,"a":2}""", """{"a":1,"a":2}"""));
        Assert.Single(Differences("""{"a":1,"a":2}""", """{"a":1,"a":3}"""));
        Assert.Single(Differences("""{"a":1,"a":2}""", """{"a":3,"a":2}"""));
        Assert.Empty(Differences("""{"***":1,"***":2,"b":3}""", """{"***":1,"b":3,"***":2}"""));
    }

    [Fact]
    public async Task A_401_is_replayed_to_the_request_with_a_new_token_too()
    {
        var replay = Replay(Entry("/a") with { Status = 401 }, Entry("/b") with { Status = 401 }, Entry("/b"));

        Assert.Equal(401, replay.Next(await Call("/a")).Status);
        Assert.Equal(401, replay.Next(await Call("/a")).Status);
        Assert.Contains("once more", (await Assert.ThrowsAsync<BearerRequestException>(async () => replay.Next(await Call("/a")))).Message, StringComparison.Ordinal);
        Assert.Equal(401, replay.Next(await Call("/b")).Status);
        Assert.Equal(200, replay.Next(await Call("/b")).Status);
        await Assert.ThrowsAsync<BearerRequestException>(async () => replay.Next(await Call("/b")));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16be")]
    [InlineData("iso-8859-1")]
    public async Task A_body_in_another_encoding_is_replayed_in_it(string charset)
    {
        const string Text = "name: \u00e4 x";
        var encoding = Encoding.GetEncoding(charset);
        var format = BodyFormat.Of($"text/plain; charset={charset}");
        var body = RecordedBody.Of(encoding.GetBytes(Text), new Redaction([]), format);
        var replay = Replay(Entry("/a") with { Headers = [new("Content-Type", $"text/plain; charset={charset}")], Body = body });

        Assert.Equal(Text, body!.Text);
        Assert.Equal(Text, encoding.GetString(replay.Next(await Call("/a")).Body.Span).TrimStart('\ufeff'));
    }

    [Theory]
    [InlineData("""{"recordingVersion":"1","baseUri":"https://a","entries":[]}""", "'recordingVersion' is not a number")]
    [InlineData("""{"recordingVersion":1,"baseUri":"https://a","entries":[{"method":"PO ST","address":"/","status":200}]}""", "'method' is not an HTTP method")]
    public void A_mistake_in_a_file_is_named(string file, string message) => AssertError(message, Encoding.UTF8.GetBytes(file));

    [Fact]
    public void A_file_in_UTF_16_is_named()
    {
        const string File = """{"recordingVersion":1,"baseUri":"https://a","entries":[]}""";

        AssertError("Save it with the encoding UTF-8", Encoding.Unicode.GetBytes(File));
        AssertError("Save it with the encoding UTF-8", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(File)]);
    }

    [Fact]
    public void A_HAR_file_has_no_preflights_and_names_its_origins()
    {
        var har = Encoding.UTF8.GetBytes("""
            {"log":{"entries":[
              {"request":{"method":"OPTIONS","url":"https://b.example/x","headers":[{"name":"access-control-request-method","value":"GET"}]},"response":{"status":204}},
              {"request":{"method":"GET","url":"https://a.example/x"},"response":{"status":200}},
              {"request":{"method":"GET","url":"https://b.example/x","headers":[]},"response":{"status":200}}]}}
            """);

        Assert.Equal("GET /x", Assert.Single(RecordingReader.Read("file", har, new Uri("https://b.example/")).Entries).ToString());
        AssertError("no requests to https://c.example, only to https://a.example, https://b.example", har, new Uri("https://c.example/"));
        var error = Assert.Throws<BearerRequestException>(() => RecordingReader.Read("file", har, readsHar: false));
        Assert.Contains("is a HAR file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("na*")]
    [InlineData("$.name")]
    [InlineData("$['name']")]
    public void A_pattern_in_Redact_is_an_error(string name)
    {
        var error = Assert.Throws<BearerRequestException>(() => Redaction.CheckNames(["mail", name]));

        Assert.Equal("RedactNotName", error.ErrorId);
        Redaction.CheckNames(["mail", "$skiptoken", "filter[name]", "a.b", "X-Tenant"]);
    }

    private static void AssertError(string message, byte[] file, Uri? baseUri = null)
    {
        var error = Assert.Throws<BearerRequestException>(() => RecordingReader.Read("file", file, baseUri));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Replay Replay(params RecordedEntry[] entries) => new(Recording(entries), "file");

    private static Recording Recording(params RecordedEntry[] entries) => new(s_base, new Redaction([]), entries);

    private static RecordedEntry Entry(string address, string? body = null) =>
        new() { Method = "POST", Address = address, Status = 200, RequestBody = body is null ? null : Body(body) };

    private static RecordedBody? Body(string text) => RecordedBody.Of(Encoding.UTF8.GetBytes(text), new Redaction([]));

    private static async Task<MockCall> Call(string address, string? body = null, string contentType = "application/x-www-form-urlencoded")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(s_base, address));
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return new MockCall(1, DateTimeOffset.UnixEpoch, await MockRequest.ReadAsync(message, CancellationToken.None));
    }
}
