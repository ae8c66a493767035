using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Running.Paging;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RequestRetryTests
{
    [Fact]
    public async Task A_response_that_breaks_off_before_its_first_row_is_requested_again()
    {
        await using var server = Breaking(times: 2, sent: """[{"id":""");

        var items = await RunAsync(Wire.Get(server.Address));

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], items.Rows());
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task No_request_is_repeated_once_a_row_is_written()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":1},{"id":""");

        var items = await RunAsync(Wire.Get(server.Address));

        Assert.Equal(["""{"id":1}"""], items.Rows());
        Assert.Equal("ConnectionFailed", ErrorOf(items).ErrorId);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_request_that_is_not_idempotent_is_not_repeated()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":""");

        Assert.Equal("ConnectionFailed", ErrorOf(await RunAsync(Wire.Post(server.Address))).ErrorId);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task It_is_given_up_after_as_many_tries_as_any_other()
    {
        await using var server = Breaking(times: int.MaxValue, sent: "[");

        var error = ErrorOf(await RunAsync(Wire.Get(server.Address)));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("given up after 3 attempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_response_object_is_one_object_with_the_count_of_all_attempts()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":1},{"id":""");

        var response = Assert.IsType<BearerResponse>(Assert.Single((await RunAsync(Wire.Get(server.Address), whole: true)).Rows()));

        Assert.Equal(2, response.Attempts);
    }

    [Fact]
    public async Task A_retry_after_a_redirect_repeats_only_the_request_to_its_target()
    {
        await using var server = new RawServer((request, _) => request switch
        {
            1 => "HTTP/1.1 303 See Other\r\nLocation: /made\r\nContent-Length: 0\r\n\r\n",
            2 => RawResponse.Ok("[", length: 1000) + '\0',
            _ => RawResponse.Ok("""[{"id":1}]"""),
        });

        Assert.Equal(["""{"id":1}"""], (await RunAsync(Wire.Post(server.Address))).Rows());
        Assert.Equal(["POST /", "GET /made", "GET /made"], server.Lines);
    }

    [Theory]
    [InlineData(true)] // its link is known before its body is
    [InlineData(false)]
    public async Task A_page_that_breaks_off_before_its_first_row_is_requested_again(bool inHeader)
    {
        await using var server = Pages(inHeader, broken: inHeader ? "[" : """{"next":"/3","value":[""");

        var items = await PagesAsync(server, inHeader);

        Assert.Equal(["""{"id":1}""", """{"id":2}""", """{"id":3}"""], items.Rows());
        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(2, server.Lines.Count(line => line == "GET /2"));
        Assert.Equal(1, server.Lines.Count(line => line == "GET /3"));
    }

    [Fact]
    public async Task A_page_with_a_written_row_is_not_requested_again()
    {
        await using var server = Pages(inHeader: true, broken: """[{"id":2},""");

        var items = await PagesAsync(server, inHeader: true);

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], items.Rows());
        Assert.Equal("ConnectionFailed", ErrorOf(items).ErrorId);
        Assert.Equal(1, server.Lines.Count(line => line == "GET /2"));
    }

    [Theory]
    [InlineData("ETag: \"v1\"\r\n", "HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789")]
    [InlineData("ETag: \"v1\"\r\n", "HTTP/1.1 200 OK\r\nETag: \"v2\"\r\nContent-Length: 10\r\n\r\n0123456789")]
    public async Task A_file_that_breaks_off_is_resumed_where_its_version_is_known(string version, string rest)
    {
        using var folder = new TestFolder();
        await using var server = new RawServer((request, text) => request == 1
            ? $"HTTP/1.1 200 OK\r\n{version}Content-Length: 10\r\n\r\n01234\0"
            : text.Contains("Range: bytes=5-", StringComparison.Ordinal) && text.Contains("If-Range: \"v1\"", StringComparison.Ordinal) ? rest : null);

        Assert.Empty(await RunAsync(run => new DownloadJob(run, Wire.Get(server.Address), new OutTarget(folder.At("a"), new OutFiles()))));

        Assert.Equal("0123456789", File.ReadAllText(folder.At("a")));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public async Task A_file_whose_rest_is_refused_says_where_its_part_is()
    {
        using var folder = new TestFolder();
        await using var server = new RawServer((request, _) =>
            request == 1 ? "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n01234\0" : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        var error = ErrorOf(await RunAsync(run => new DownloadJob(run, Wire.Get(server.Address), new OutTarget(folder.At("a"), new OutFiles()))));

        Assert.Equal("HttpStatus404", error.ErrorId);
        Assert.Contains("5 bytes are saved in", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("a.bearertools-part", folder.Names);
    }

    [Fact]
    public async Task A_file_of_no_known_version_begins_anew()
    {
        using var folder = new TestFolder();
        await using var server = new RawServer((request, text) =>
            request == 1 ? RawResponse.Ok("01234", length: 10) + '\0' : text.Contains("Range", StringComparison.Ordinal) ? null : RawResponse.Ok("0123456789"));

        Assert.Empty(await RunAsync(run => new DownloadJob(run, Wire.Get(server.Address), new OutTarget(folder.At("a"), new OutFiles()))));

        Assert.Equal("0123456789", File.ReadAllText(folder.At("a")));
    }

    /// <summary>Three pages of a row each, of which the second one breaks off at the first try.</summary>
    private static RawServer Pages(bool inHeader, string broken)
    {
        var isBroken = 0;
        return new RawServer((_, text) =>
        {
            var number = text.StartsWith("GET / ", StringComparison.Ordinal) ? 1 : text[5] - '0';
            var link = inHeader && number < 3 ? $"Link: </{number + 1}>; rel=\"next\"\r\n" : string.Empty;
            var rows = $$"""[{"id":{{number}}}]""";
            var body = inHeader ? rows : $$"""{"value":{{rows}},"next":{{(number < 3 ? $"\"/{number + 1}\"" : "null")}}}""";
            var breaks = number == 2 && Interlocked.Exchange(ref isBroken, 1) == 0;
            return $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{link}Content-Length: {(breaks ? 1000 : body.Length)}\r\n\r\n{(breaks ? broken + '\0' : body)}";
        });
    }

    private static Task<List<RunItem>> PagesAsync(RawServer server, bool inHeader)
    {
        var rule = new LinkRule(inHeader, ["next"]);
        var json = JsonReadOptions.Default with { Captures = rule.Captures, ItemsPath = inHeader ? null : "value" };
        return RunAsync(run => new PagedRequestJob(run, rule, Wire.Get(server.Address)), json: json);
    }

    private static RawServer Breaking(int times, string sent) =>
        new((request, _) => request <= times ? RawResponse.Ok(sent, length: 1000) + '\0' : RawResponse.Ok("""[{"id":1},{"id":2}]"""));

    private static Task<List<RunItem>> RunAsync(RequestTemplate template, bool whole = false) => RunAsync(run => new RequestJob(run, template), whole);

    private static async Task<List<RunItem>> RunAsync(Func<RequestRun, Job> job, bool whole = false, JsonReadOptions? json = null)
    {
        using var wire = new Wire(retries: new RetryPolicy());
        var run = new RequestRun(wire.Sender, _ => new TextRows(), json ?? JsonReadOptions.Default) { Retries = wire.Retries, IncludeResponse = whole };
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync([job(run)]).Soon();
    }

    private static BearerRequestException ErrorOf(IEnumerable<RunItem> items) =>
        Assert.IsType<BearerRequestException>(((JobFailure)Assert.Single(items, item => item.Kind == RunItemKind.Failure).Value!).Error);
}
