using System.Net;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Running;

public sealed class RequestJobTests : IAsyncLifetime
{
    private SandboxRoute _route = null!;

    public async Task InitializeAsync() => _route = await SandboxRoute.OpenAsync();

    public async Task DisposeAsync() => await _route.DisposeAsync();

    [Fact]
    public async Task An_array_comes_as_its_rows_and_an_object_as_one()
    {
        var rows = (await RunAsync("api/users", "api/items/7")).Rows().Cast<string>().ToArray();

        Assert.Equal(4, rows.Length);
        Assert.StartsWith("""{"id":1,"name":"ada",""", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"id":7,"name":"item 7",""", rows[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_JSON_come_as_rows() =>
        Assert.Equal(["""{"id":1}""", """{"id":2}""", """{"id":3}"""], (await RunAsync("api/odd/jsonlines")).Rows());

    [Fact]
    public async Task Text_comes_as_text_in_its_charset()
    {
        Assert.Equal(["Grüße, world", "Café crème"], (await RunAsync("api/odd/text", "api/odd/latin1")).Rows());
    }

    [Fact]
    public async Task Other_content_comes_as_bytes()
    {
        var row = Assert.Single((await RunAsync("api/odd/bytes")).Rows());

        Assert.Equal(Enumerable.Range(0, 256).Select(n => (byte)n), Assert.IsType<byte[]>(row));
    }

    [Theory]
    [InlineData("api/odd/no-content")]
    [InlineData("api/odd/empty")]
    [InlineData("api/odd/empty-array")]
    [InlineData("api/status/204")]
    public async Task An_empty_response_gives_no_rows(string path) => Assert.Empty(await RunAsync(path));

    [Fact]
    public async Task JSON_in_another_charset_is_read()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.ContentType = "application/json; charset=utf-16";
            return http.Response.Body.WriteAsync(Encoding.Unicode.GetBytes("""[{"name":"é"}]""")).AsTask();
        });

        Assert.Equal(["{\"name\":\"\\u00e9\"}"], (await RunAsync(new Requested(), Template(server))).Rows());
    }

    [Fact]
    public async Task Rows_before_malformed_JSON_come_and_then_the_error_with_its_place()
    {
        var items = await RunAsync("api/odd/bad-json", "api/items/1");

        Assert.Equal([RunItemKind.Row, RunItemKind.Row, RunItemKind.Row, RunItemKind.Failure, RunItemKind.Row], items.Select(item => item.Kind));
        var failure = (JobFailure)items[3].Value!;
        Assert.Equal("api/odd/bad-json", failure.Input);
        var error = Assert.IsType<BearerRequestException>(failure.Error);
        Assert.Equal("InvalidJson", error.ErrorId);
        Assert.Equal(BearerErrorKind.InvalidData, error.Kind);
        Assert.EndsWith("/api/odd/bad-json", error.Address, StringComparison.Ordinal);
        var fault = Assert.IsType<JsonFormatException>(error.InnerException);
        // [{"id":1},{"id":2},{"id":3},oops
        Assert.Equal((1, 29, 28), (fault.Line, fault.Column, fault.ByteOffset));
        Assert.Contains("28", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_before_a_connection_breaks_off_come_and_then_the_error()
    {
        var items = await RunAsync("api/odd/truncated");

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], items.Rows());
        Assert.Equal("ConnectionFailed", Failure(items[^1]).ErrorId);
    }

    [Fact]
    public async Task A_response_that_cannot_be_decompressed_is_an_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return OddServer.JsonAsync(http, "[this is not gzip, whatever the header says]");
        });

        Assert.Equal("MalformedResponse", Failure(Assert.Single(await RunAsync(new Requested(), Template(server)))).ErrorId);
    }

    [Fact]
    public async Task An_error_status_is_a_failure_with_its_input()
    {
        var item = Assert.Single(await RunAsync("api/things/none"));

        Assert.Equal("api/things/none", ((JobFailure)item.Value!).Input);
        Assert.Equal("HttpStatus404", Failure(item).ErrorId);
    }

    [Fact]
    public async Task An_error_status_is_a_normal_response_where_it_is_not_checked()
    {
        var items = await RunAsync(new Requested { SkipErrorCheck = true }, _route.Get("api/things/none"));

        Assert.Contains("There is no thing 'none'.", (string)Assert.Single(items.Rows())!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_headers_come_before_the_rows_and_before_the_failure()
    {
        var items = await RunAsync(new Requested { Head = true }, _route.Get("api/users"), _route.Get("api/things/none"));

        Assert.Equal(
            [RunItemKind.Head, RunItemKind.Row, RunItemKind.Row, RunItemKind.Row, RunItemKind.Head, RunItemKind.Failure],
            items.Select(item => item.Kind));
        var head = (ResponseHead)items[0].Value!;
        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Equal(["application/json"], head.Headers["content-type"]);
        Assert.Equal(HttpStatusCode.NotFound, ((ResponseHead)items[4].Value!).Status);
    }

    [Fact]
    public async Task A_response_object_has_status_headers_body_duration_attempts_and_input()
    {
        await _route.Tokens.GetAsync(TokenRequestContext.Default, default).Soon();
        _route.Server.RevokeAll();

        var requested = new Requested { Response = true };
        var items = await RunAsync(requested, _route.Get("api/redirect?to=/api/users"));
        items.AddRange(await RunAsync(requested, _route.Get("api/odd/text"), _route.Get("api/odd/no-content")));

        var responses = items.Rows().Cast<BearerResponse>().ToArray();
        Assert.Equal(HttpStatusCode.OK, responses[0].StatusCode);
        Assert.StartsWith("""[{"id":1,""", Assert.IsType<string>(responses[0].Body), StringComparison.Ordinal);
        Assert.Equal(["application/json"], responses[0].Headers["Content-Type"]);
        Assert.Equal(3, responses[0].Attempts); // rejected, redirected, succeeded
        Assert.Equal(new Uri(_route.Server.Address, "api/users"), responses[0].Uri);
        Assert.Equal("api/redirect?to=/api/users", responses[0].Input);
        Assert.True(responses[0].Duration > TimeSpan.Zero);
        Assert.Equal("Grüße, world", responses[1].Body);
        Assert.Equal(1, responses[1].Attempts);
        Assert.Null(responses[2].Body);
        Assert.Equal(HttpStatusCode.NoContent, responses[2].StatusCode);
    }

    [Fact]
    public async Task Rows_come_while_the_response_is_still_arriving()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("""[{"id":1},""");
            await http.Response.Body.FlushAsync();
            await seen.Task;
            await http.Response.WriteAsync("""{"id":2}]""");
        });
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new RequestJob(Run(new Requested()), Template(server)));

        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["""{"id":1}"""], runner.Take().Rows());

        seen.SetResult();
        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["""{"id":2}"""], runner.Take().Rows());
    }

    [Theory]
    [InlineData(false, "application/json")]
    [InlineData(true, "application/json")]
    [InlineData(false, "text/plain")]
    [InlineData(true, "application/octet-stream")]
    public async Task Responses_that_wait_for_their_turn_stop_being_read_when_their_bytes_fill_the_budget(bool response, string contentType)
    {
        const int Size = 100_000;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        await using var server = await OddServer.StartAsync(async http =>
        {
            if (Interlocked.Increment(ref asked) == 1) await first.Task;
            http.Response.ContentType = contentType;
            // Without a length, as most servers send what they make on the fly.
            await http.Response.WriteAsync($"{{\"filler\":\"{new string('x', Size)}\"}}");
        });
        var run = Run(new Requested { Response = response });
        using var runner = new Runner(new RunnerLimits(4) { Window = 64, WaitingBytes = 5 * Size });
        Assert.True(runner.TryAdd(new RequestJob(run, Template(server))));
        await Until(() => asked == 1);
        for (var i = 1; i < 64; i++) Assert.True(runner.TryAdd(new RequestJob(run, Template(server))));

        // Three workers are free: five responses fill the budget, and each worker may have one more in progress.
        await Until(() => asked >= 1 + 5);
        await Task.Delay(200);
        Assert.InRange(asked, 1 + 5, 1 + 5 + 3);

        first.SetResult();
        Assert.Equal(64, (await runner.RunAllAsync([]).Soon()).Count);
    }

    [Fact]
    public async Task Cancelling_closes_the_connection()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.RequestAborted.Register(closed.SetResult);
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("""[{"id":1},""");
            await http.Response.Body.FlushAsync();
            begun.SetResult();
            await closed.Task;
        });
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new RequestJob(Run(new Requested()), Template(server)));
        await begun.Task.Soon();

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
        await closed.Task.Soon();
    }

    [Fact]
    public async Task Events_come_before_the_rows_of_their_request()
    {
        var items = await RunAsync(new Requested { Verbose = true }, _route.Get("api/items/1"), _route.Get("api/items/2"));

        var rows = items.Select((item, place) => (item, place)).Where(pair => pair.item.Kind == RunItemKind.Row).Select(pair => pair.place).ToArray();
        Assert.Contains(items[..rows[0]], item => item.Value is ResponseReceived { StatusCode: 200, Address.AbsolutePath: "/api/items/1" });
        Assert.Contains(items[(rows[0] + 1)..rows[1]], item => item.Value is ResponseReceived { StatusCode: 200, Address.AbsolutePath: "/api/items/2" });
    }

    private static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);

    private static RequestTemplate Template(OddServer server) => new() { Method = HttpMethod.Get, Address = server.At("/"), CarriesToken = false };

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }

    private RequestRun Run(Requested requested) => new(_route.Sender, _ => new TextRows(), JsonReadOptions.Default)
    {
        SkipErrorCheck = requested.SkipErrorCheck,
        IncludeResponse = requested.Response,
        WantsHead = requested.Head,
    };

    private Task<List<RunItem>> RunAsync(params string[] paths) => RunAsync(new Requested(), paths.Select(_route.Get).ToArray());

    private async Task<List<RunItem>> RunAsync(Requested requested, params RequestTemplate[] templates)
    {
        var run = Run(requested);
        using var runner = new Runner(new RunnerLimits(4), new EventLevels(requested.Verbose));
        return await runner.RunAllAsync(templates.Select(template => new RequestJob(run, template))).Soon();
    }

    private sealed record Requested
    {
        public bool SkipErrorCheck { get; init; }
        public bool Response { get; init; }
        public bool Head { get; init; }
        public bool Verbose { get; init; }
    }
}
