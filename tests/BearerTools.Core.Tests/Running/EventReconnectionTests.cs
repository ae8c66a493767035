using BearerTools.Diagnostics;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class EventReconnectionTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData("retry: 3000\nid: 1\ndata: 1\n\n", 3000)]
    [InlineData("retry:700\nid: 1\ndata: 1\n\n", 700)]
    [InlineData("retry: 0\nid: 1\ndata: 1\n\n", 500)]
    [InlineData("retry: 3000\nretry: soon\nretry: -1\nretry:\nid: 1\ndata: 1\n\n", 3000)]
    [InlineData("retry: 3000\nid: 1\ndata: 1\n\nretry: 4000\n", 4000)]
    [InlineData("retry: 99999999999999999999\nid: 1\ndata: 1\n\n", 60_000)]
    [InlineData("retry: 60001\nid: 1\ndata: 1\n\n", 60_000)]
    [InlineData("id: 1\ndata: 1\n\nretry: 2000\n\n", 2000)]
    public async Task A_stream_that_breaks_off_is_continued_after_the_time_that_it_states(string sent, int milliseconds)
    {
        await using var server = new RawServer((request, _) => Events(request == 1 ? sent : "id: 2\ndata: 2\n\n", breaks: request == 1));
        var run = RunAsync(server);

        await _clock.UntilWaiting().Soon();
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _clock.NextIn);
        Assert.Equal(1, server.Requests);
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(["1", "2"], (await run.Soon()).Rows());
    }

    [Fact]
    public async Task The_time_holds_for_further_connections_and_for_attempts_that_fail()
    {
        await using var server = new RawServer((request, _) => request switch
        {
            1 => Events("retry: 60000\nid: 1\ndata: 1\n\n", breaks: true),
            2 => Events("id: 2\ndata: 2\n\n", breaks: true),
            3 => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            _ => Events("id: 3\ndata: 3\n\n", breaks: false),
        });
        var run = RunAsync(server);

        for (var n = 1; n <= 3; n++)
        {
            await _clock.UntilWaiting().Soon();
            Assert.Equal((n, TimeSpan.FromMinutes(1)), (server.Requests, _clock.NextIn));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["1", "2", "3"], (await run.Soon()).Rows());
    }

    [Fact]
    public async Task A_stream_that_states_no_time_is_continued_after_the_time_of_any_retry()
    {
        await using var server = new RawServer((request, _) => Events($"id: {request}\ndata: {request}\n\n", breaks: request == 1));
        var run = RunAsync(server);

        await _clock.UntilWaiting().Soon();
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.NextIn);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2"], (await run.Soon()).Rows());
    }

    [Fact]
    public async Task A_stream_whose_server_sends_the_same_events_again_ends_after_the_usual_number_of_retries()
    {
        await using var server = new RawServer((_, _) => Events("id: a-1\ndata: 1\n\n", breaks: true));
        var run = RunAsync(server);
        for (var n = 1; n <= 2; n++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        var items = await run.Soon();

        Assert.Equal(["1"], items.Rows());
        var error = Failure(items);
        Assert.Equal((3, "ConnectionFailed"), (server.Requests, error.ErrorId));
        Assert.Contains("ignores Last-Event-ID: it sent the event 'a-1' again", error.Message, StringComparison.Ordinal);
        Assert.Contains("given up after 3 attempts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_come_in_a_circle_are_no_progress()
    {
        await using var server = new RawServer((request, _) => Events($"id: {request % 2}\ndata: 1\n\n", breaks: true));
        var run = RunAsync(server);
        for (var n = 1; n <= 3; n++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Contains("Last-Event-ID", Failure(await run.Soon()).Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task A_server_that_sends_all_events_again_and_a_new_one_each_time_ends_the_stream_too()
    {
        await using var server = new RawServer((request, _) => Events("id: 1\ndata: 1\n\n" + New(100 + request), breaks: true));
        var run = RunAsync(server);
        for (var n = 1; n <= 2; n++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        var items = await run.Soon();

        Assert.Equal(["1", "101", "102", "103"], items.Rows());
        Assert.Contains("ignores Last-Event-ID: it sent the event '1' again", Failure(items).Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests);

        static string New(int id) => $"id: {id}\ndata: {id}\n\n";
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(EventHistory.MaxEvents + 300)]
    public async Task Events_that_come_again_are_not_written_again_even_if_they_are_more_than_are_remembered(int count)
    {
        var all = string.Concat(Enumerable.Range(1, count).Select(id => $"id: {id}\ndata: {id}\n\n"));
        await using var server = new RawServer((request, _) => Events($"{all}id: x{request}\ndata: -{request}\n\n", breaks: true));

        var items = await UntilEndAsync(server, waits: 2);

        Assert.Equal(Enumerable.Range(1, count).Concat([-1, -2, -3]).Select(n => $"{n}"), items.Rows());
        Assert.Contains("ignores Last-Event-ID", Failure(items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_greeting_at_the_beginning_of_each_connection_does_not_hide_new_events()
    {
        const int Many = EventHistory.MaxEvents + 300;
        await using var server = new RawServer((request, _) => Events(
            "id: hello\ndata: 0\n\n"
                + string.Concat(Enumerable.Range(request * Many, request == 1 ? Many : 3).Select(id => $"id: {id}\ndata: {id}\n\n")),
            breaks: request == 1));

        var items = await UntilEndAsync(server, waits: 1);

        Assert.Equal([.. Enumerable.Range(Many, Many + 3).Select(n => $"{n}")], items.Rows().Skip(1));
    }

    [Fact]
    public async Task Events_that_share_an_id_are_all_written_although_equal_ones_came_before()
    {
        const string Ticks = "id: 7\ndata: 1\n\nid: 7\ndata: 1\n\nid: 7\ndata: 1\n\n";
        await using var server = new RawServer((_, _) => Events(Ticks, breaks: true));

        var items = await UntilEndAsync(server, waits: 2);

        Assert.Equal(Enumerable.Repeat("1", 9), items.Rows());
        Assert.Contains("Several events of the stream have the id '7'", Failure(items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_ids_is_continued_after_the_last_id_of_an_earlier_one()
    {
        var heads = new List<string>();
        await using var server = new RawServer((request, head) =>
        {
            heads.Add(head);
            return request switch
            {
                1 => Events("id: 1\ndata: 1\n\n", breaks: true),
                2 => Events("data: 0\n\n", breaks: true),
                3 => Events("", breaks: true),
                _ => Events("id: 2\ndata: 2\n\n", breaks: false),
            };
        });

        var items = await UntilEndAsync(server, waits: 3, new RetryPolicy { MaxRetries = 3, Interval = TimeSpan.FromSeconds(5) });

        Assert.Equal(["1", "0", "2"], items.Rows());
        Assert.All(heads.Skip(1), head => Assert.Contains("Last-Event-ID: 1\r\n", head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_without_ids_end_the_stream_after_the_usual_number_of_retries()
    {
        await using var server = new RawServer((request, _) => Events(request == 1 ? "id: 1\ndata: 1\n\n" : "data: 0\n\n", breaks: true));

        var error = Failure(await UntilEndAsync(server, waits: 2));

        Assert.Contains("given up after 3 attempts", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Last-Event-ID", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_no_event_has_is_an_error_although_the_last_connection_only_repeats_events()
    {
        await using var server = new RawServer((request, _) => Events("id: 1\ndata: {\"w\":1}\n\n", breaks: request == 1));

        var items = await UntilEndAsync(server, waits: 1, options: JsonReadOptions.Default with { ItemsPath = "v" });

        Assert.Empty(items.Rows());
        Assert.Equal("ItemsPathNotFound", Failure(items).ErrorId);
    }

    [Fact]
    public async Task Events_without_rows_are_progress_if_they_have_new_ids()
    {
        await using var server = new RawServer((request, _) => Events(
            request is 1 or 9 ? $"id: {request}\ndata: {{\"v\":{request}}}\n\n" : $"id: {request}\ndata: ping\n\n", breaks: request < 9));

        var items = await UntilEndAsync(server, waits: 8, options: JsonReadOptions.Default with { ItemsPath = "v" });

        Assert.Equal(["1", "9"], items.Rows());
    }

    [Fact]
    public async Task A_path_that_no_event_has_is_the_error_of_a_stream_that_keeps_breaking_off()
    {
        await using var server = new RawServer((request, _) => Events($"id: {request}\ndata: {{\"w\":1}}\n\n", breaks: true));

        var items = await UntilEndAsync(server, waits: 2, options: JsonReadOptions.Default with { ItemsPath = "v" });

        Assert.Equal("ItemsPathNotFound", Failure(items).ErrorId);
    }

    [Fact]
    public async Task A_reconnection_time_that_is_not_kept_to_is_reported_once()
    {
        await using var server = new RawServer((request, _) => Events(
            $"retry: 99999999999\nid: {request}\ndata: {request}\n\n", breaks: request < 3));

        var items = await UntilEndAsync(server, waits: 2);

        Assert.Equal(["1", "2", "3"], items.Rows());
        Assert.Single(items, item => item.Value is ReconnectionTimeBounded { Level: EventLevel.Warning });
    }

    [Fact]
    public async Task The_last_event_may_come_again_and_is_not_written_again()
    {
        await using var server = new RawServer((request, _) => Events(
            $"id: {request}\ndata: {request}\n\nid: {request + 1}\ndata: {request + 1}\n\n", breaks: request < 9));
        var run = RunAsync(server);
        for (var n = 1; n < 9; n++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(n => $"{n}"), (await run.Soon()).Rows());
    }

    [Fact]
    public async Task Another_event_with_a_known_id_is_written()
    {
        await using var server = new RawServer((request, _) => Events($"id: 1\ndata: {request}\n\n", breaks: request == 1));
        var run = RunAsync(server);
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["1", "2"], (await run.Soon()).Rows());
    }

    [Fact]
    public async Task An_id_with_characters_other_than_ASCII_is_sent_in_UTF_8()
    {
        var second = string.Empty;
        await using var server = new RawServer((request, head) =>
        {
            if (request == 2) second = head;
            return Events($"id: \u00c3\u00a9\ndata: {request}\n\n", breaks: request == 1);
        });
        var run = RunAsync(server);
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["1", "2"], (await run.Soon()).Rows());
        Assert.Contains("Last-Event-ID: \u00c3\u00a9\r\n", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "data: 1\n\n", "its events have no ids")]
    [InlineData("POST", "id: 1\ndata: 1\n\n", "a POST request is not repeated without an Idempotency-Key")]
    public async Task A_stream_that_cannot_be_resumed_says_why(string method, string sent, string why)
    {
        await using var server = new RawServer((_, _) => Events(sent, breaks: true));

        var error = Failure(await RunAsync(server, method).Soon());

        Assert.Contains($"-Resume cannot continue the stream: {why}", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    private static BearerRequestException Failure(List<RunItem> items) =>
        Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(Assert.Single(items, item => item.Kind == RunItemKind.Failure).Value).Error);

    private static string Events(string text, bool breaks) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {text.Length + (breaks ? 1000 : 0)}\r\n\r\n{text}{(breaks ? "\0" : "")}";

    /// <summary>Runs to the end, with this number of waits.</summary>
    private async Task<List<RunItem>> UntilEndAsync(
        RawServer server, int waits, RetryPolicy? retries = null, JsonReadOptions? options = null)
    {
        var run = RunAsync(server, retries: retries, options: options);
        for (var n = 0; n < waits; n++)
        {
            await _clock.UntilWaiting().Soon();
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        return await run.Soon();
    }

    private async Task<List<RunItem>> RunAsync(
        RawServer server, string method = "GET", RetryPolicy? retries = null, JsonReadOptions? options = null)
    {
        using var wire = new Wire(retries: retries ?? new RetryPolicy { Interval = TimeSpan.FromSeconds(5) }, clock: _clock);
        var run = new RequestRun(wire.Sender, _ => new TextRows(), options ?? JsonReadOptions.Default) { Retries = wire.Retries, Resumes = true };
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync([new RequestJob(run, Wire.Get(server.Address) with { Method = new HttpMethod(method) })]);
    }
}
