using System.Globalization;
using System.Text.Json;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Diagnostics.Tracing.Export;

namespace BearerTools.Tests.Diagnostics.Tracing.Export;

/// <summary>Files against what HTTP Archive 1.2 requires (https://w3c.github.io/web-performance/specs/HAR/Overview.html).</summary>
public sealed class HarWriterTests
{
    [Fact]
    public void Each_entry_has_what_the_format_requires()
    {
        var log = Har(TraceSamples.Many(300)).GetProperty("log");

        Assert.Equal("1.2", log.GetProperty("version").GetString());
        Assert.All(["name", "version"], name => Assert.Equal(JsonValueKind.String, log.GetProperty("creator").GetProperty(name).ValueKind));
        var entries = log.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(300, entries.Length);
        Assert.All(entries, Check);
        Assert.Equal(entries.Select(entry => entry.GetProperty("startedDateTime").GetString()).Order(StringComparer.Ordinal), entries.Select(entry => entry.GetProperty("startedDateTime").GetString()));
    }

    [Fact]
    public void A_request_without_a_response_has_the_status_0_and_its_error()
    {
        var entry = Only(TraceSamples.Request(DateTimeOffset.UnixEpoch, "https://api.contoso.com/", 0));

        Check(entry);
        Assert.Equal(0, entry.GetProperty("response").GetProperty("status").GetInt32());
        Assert.Equal("The connection was refused.", entry.GetProperty("response").GetProperty("_error").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bodies_are_written_only_if_they_are_included(bool includes)
    {
        var head = new TracedHead("POST /v1 HTTP/1.1", [new("Content-Type", "application/json")]);
        var exchange = new TracedExchange(head, new TracedBody("""{"a":1}""", "application/json", IsCut: false, IsText: true));
        exchange.Respond(new TracedHead("HTTP/1.1 201 Created Now", [new("Location", "/v1/2")]));
        exchange.Complete(new TracedBody("(5 bytes)", "image/png", IsCut: true, IsText: false));
        var entry = Only(TraceSamples.Request(DateTimeOffset.UnixEpoch, "https://api.contoso.com/v1", 201, exchange: exchange), includes);

        Check(entry);
        var (request, response) = (entry.GetProperty("request"), entry.GetProperty("response"));
        Assert.Equal("application/json", request.GetProperty("headers")[0].GetProperty("value").GetString());
        Assert.Equal("Created Now", response.GetProperty("statusText").GetString());
        Assert.Equal("/v1/2", response.GetProperty("redirectURL").GetString());
        Assert.Equal("image/png", response.GetProperty("content").GetProperty("mimeType").GetString());
        Assert.Equal(includes, request.TryGetProperty("postData", out var posted));
        if (includes) Assert.Equal("""{"a":1}""", posted.GetProperty("text").GetString());
        Assert.Equal(includes, response.GetProperty("content").TryGetProperty("comment", out _));
    }

    [Fact]
    public void Token_events_and_pauses_are_in_a_field_of_this_module()
    {
        var events = Har(TraceSamples.Many(2000)).GetProperty("log").GetProperty("_events").EnumerateArray().ToArray();

        Assert.Equal(["Pause", "Token"], events.Select(e => e.GetProperty("kind").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(events, e => Assert.True(e.GetProperty("time").GetDouble() > 0));
    }

    private static void Check(JsonElement entry)
    {
        Assert.True(DateTimeOffset.TryParse(entry.GetProperty("startedDateTime").GetString(), CultureInfo.InvariantCulture, out _));
        var (request, response, timings) = (entry.GetProperty("request"), entry.GetProperty("response"), entry.GetProperty("timings"));
        Assert.All(["method", "url", "httpVersion"], name => Assert.NotEmpty(request.GetProperty(name).GetString()!));
        Assert.All(["statusText", "httpVersion", "redirectURL"], name => Assert.NotNull(response.GetProperty(name).GetString()));
        Assert.All([request, response], message => Assert.All(["cookies", "headers"], name => Pairs(message.GetProperty(name))));
        Assert.All([request, response], message => Assert.All(["headersSize", "bodySize"], name => message.GetProperty(name).GetInt64()));
        Pairs(request.GetProperty("queryString"));
        Assert.True(response.GetProperty("content").GetProperty("size").GetInt64() >= 0);
        Assert.NotNull(response.GetProperty("content").GetProperty("mimeType").GetString());
        Assert.Equal(JsonValueKind.Object, entry.GetProperty("cache").ValueKind);
        Assert.All(["blocked", "dns", "connect", "ssl", "send", "wait", "receive"], name => Assert.True(timings.GetProperty(name).GetDouble() >= -1));
        // TLS is a part of connecting, and -1 says that a part did not happen.
        var sum = timings.EnumerateObject().Where(part => part.Name != "ssl").Sum(part => Math.Max(0, part.Value.GetDouble()));
        Assert.Equal(entry.GetProperty("time").GetDouble(), sum, 0.0011);
    }

    private static void Pairs(JsonElement list) => Assert.All(
        list.EnumerateArray(), pair => Assert.All(["name", "value"], name => Assert.NotNull(pair.GetProperty(name).GetString())));

    private static JsonElement Only(TraceRecord record, bool includesBodies = false) =>
        Har([new BearerTraceEntry(record)], includesBodies).GetProperty("log").GetProperty("entries").EnumerateArray().Single();

    private static JsonElement Har(IReadOnlyList<BearerTraceEntry> entries, bool includesBodies = false)
    {
        using var stream = new MemoryStream();
        using (var har = new HarWriter(stream, includesBodies)) har.Write(entries, "0.1.0");
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
