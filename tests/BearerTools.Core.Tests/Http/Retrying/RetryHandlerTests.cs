using System.Net;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Retrying;
using BearerTools.Security;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http.Retrying;

public sealed class RetryHandlerTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData("GET", 408, true)]
    [InlineData("GET", 429, true)]
    [InlineData("GET", 500, true)]
    [InlineData("HEAD", 502, true)]
    [InlineData("PUT", 503, true)]
    [InlineData("DELETE", 504, true)]
    [InlineData("GET", 511, false)]
    [InlineData("GET", 520, true)]
    [InlineData("PUT", 529, true)]
    [InlineData("GET", 599, true)]
    [InlineData("GET", 600, false)]
    [InlineData("GET", 999, false)]
    [InlineData("POST", 522, false)]
    [InlineData("OPTIONS", 503, true)]
    [InlineData("QUERY", 503, true)]
    [InlineData("POST", 429, true)]
    [InlineData("PATCH", 429, true)]
    [InlineData("GET", 400, false)]
    [InlineData("GET", 403, false)]
    [InlineData("GET", 404, false)]
    [InlineData("GET", 501, false)]
    [InlineData("GET", 505, false)]
    [InlineData("POST", 500, false)]
    [InlineData("POST", 503, false)]
    [InlineData("PATCH", 408, false)]
    [InlineData("MERGE", 504, false)]
    [InlineData("CHECKIN", 503, false)]
    public async Task Whether_an_error_status_is_tried_again_depends_on_the_method(string method, int status, bool again)
    {
        await using var server = await OddServer.StartAsync(Failing(1, status));
        using var wire = Retrying();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod(method) });

        Assert.Equal(again ? 200 : status, (int)response.Status);
        Assert.Equal(again ? 2 : 1, server.Requests.Count);
        Assert.Equal(server.Requests.Count, wire.Attempts);
    }

    [Fact]
    public async Task A_request_with_an_idempotency_key_is_tried_again_with_the_same_key()
    {
        await using var server = await OddServer.StartAsync(Failing(2, 503));
        using var wire = Retrying();

        using var response = await wire.SendAsync(Wire.Post(server.At("/")) with { Headers = [new("idempotency-key", "k1")] });

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(["k1", "k1", "k1"], server.Requests.Select(request => request.Headers["Idempotency-Key"]));
        Assert.All(server.Requests, request => Assert.Equal("""{"n":1}""", request.Body));
    }

    [Fact]
    public async Task The_last_response_is_the_error_and_has_the_number_of_attempts()
    {
        await using var server = await OddServer.StartAsync(Failing(int.MaxValue, 503));
        using var wire = Retrying();

        var error = await wire.FailAsync(server.At("/x"));

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("HttpStatus503", error.ErrorId);
        Assert.EndsWith("503 Service Unavailable: busy (given up after 3 attempts)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_retried_when_retries_are_turned_off()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 503));
        using var wire = Retrying(new RetryPolicy { MaxRetries = 0 });

        var error = await wire.FailAsync(server.At("/"));

        Assert.Single(server.Requests);
        Assert.DoesNotContain("given up", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_not()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 429));
        using var wire = Retrying();
        await using var stream = new System.IO.Compression.DeflateStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress);

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { Method = HttpMethod.Put, Body = new StreamBody(stream, null) });

        Assert.Equal(HttpStatusCode.TooManyRequests, response.Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_429_that_stays_is_an_error_of_limits_and_says_what_to_do()
    {
        await using var server = await OddServer.StartAsync(Failing(int.MaxValue, 429));
        using var wire = Retrying();

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal((BearerErrorKind.Throttled, "HttpStatus429"), (error.Kind, error.ErrorId));
        Assert.Contains("-RateLimit", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pause_that_the_api_asks_for_is_kept_by_this_request_and_by_others()
    {
        var asked = 0;
        await using var server = await OddServer.StartAsync(http =>
        {
            if (Interlocked.Increment(ref asked) > 1) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.RetryAfter = "20";
            return OddServer.JsonAsync(http, "{}", 429);
        });
        using var wire = Retrying(clock: _clock);
        var pace = wire.Pace.Of(Origin.Of(server.At("/")));

        var refused = wire.SendAsync(Wire.Get(server.At("/")));
        await _clock.UntilWaiting().Soon();
        var other = wire.SendAsync(Wire.Get(server.At("/other")));
        while (pace.Waiting < 2) await Task.Yield();
        _clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Equal((2, 1), (pace.Waiting, server.Requests.Count));
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        using (await refused.Soon()) { }
        using (await other.Soon()) { }
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains(wire.Lines, line => line.EndsWith(" asked to wait 20 s; requests to it are paused.", StringComparison.Ordinal));
        Assert.Contains(wire.Lines, line => line.EndsWith(": 429. Retry 1 of 2 in 20 s, as the API asks.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wait_of_its_own_has_the_given_length_and_a_line_reports_it()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 500));
        using var wire = Retrying(new RetryPolicy { Interval = TimeSpan.FromSeconds(5) }, _clock);

        var sending = wire.SendAsync(Wire.Get(server.At("/")));
        await _clock.UntilWaiting().Soon();

        Assert.Equal(TimeSpan.FromSeconds(5), _clock.NextIn);
        Assert.Contains(wire.Lines, line => line.EndsWith(": 500. Retry 1 of 2 in 5 s.", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(5));
        using (await sending.Soon()) { }
    }

    [Fact]
    public async Task A_stop_ends_a_wait()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 500));
        using var wire = Retrying(new RetryPolicy { Interval = TimeSpan.FromHours(1) }, _clock);
        using var stop = new CancellationTokenSource();

        var sending = wire.SendAsync(Wire.Get(server.At("/")), stop.Token);
        await _clock.UntilWaiting().Soon();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
    }

    [Theory]
    [InlineData(429, "3600")]
    [InlineData(503, "Tue, 01 Jan 2030 13:00:00 GMT")]
    public async Task A_retry_after_beyond_the_deadline_fails_at_once_and_says_why(int status, string retryAfter)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Date = "Tue, 01 Jan 2030 12:00:00 GMT";
            http.Response.Headers.RetryAfter = retryAfter;
            return OddServer.JsonAsync(http, "{}", status);
        });
        using var wire = Retrying(new RetryPolicy { Deadline = TimeSpan.FromSeconds(60) }, _clock);

        var first = await wire.FailAsync(server.At("/"));
        var next = await wire.FailAsync(server.At("/next"));

        Assert.Equal($"HttpStatus{status}", first.ErrorId);
        Assert.Contains("the API asks to wait 3600 s, but -DeadlineSeconds leaves only 60 s", first.Message, StringComparison.Ordinal);
        Assert.Equal(("PausedBeyondDeadline", BearerErrorKind.Throttled), (next.ErrorId, next.Kind));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_deadline_ends_a_request_that_hangs()
    {
        await using var server = await OddServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var wire = Retrying(new RetryPolicy { Deadline = TimeSpan.FromSeconds(30) }, _clock);

        var failing = wire.FailAsync(server.At("/"));
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromSeconds(31));
        var error = await failing;

        Assert.Equal(("DeadlineExceeded", BearerErrorKind.Timeout), (error.ErrorId, error.Kind));
        Assert.Contains("within 30 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 3)]
    [InlineData("POST", 1)]
    public async Task An_attempt_that_takes_too_long_is_ended_and_retried_where_that_is_safe(string method, int tries)
    {
        await using var server = await OddServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var wire = new Wire(retries: new RetryPolicy(), messages: new SendOptions { ResponseTimeout = TimeSpan.FromMilliseconds(200) });

        var error = await wire.FailAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod(method) });

        Assert.Equal(("ResponseTimeout", BearerErrorKind.Timeout, tries), (error.ErrorId, error.Kind, wire.Attempts));
    }

    [Fact]
    public async Task A_401_in_between_uses_up_no_attempt()
    {
        var seen = 0;
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}", Interlocked.Increment(ref seen) switch { 1 => 503, 2 => 401, 3 => 503, _ => 200 }));
        using var wire = Retrying();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal((HttpStatusCode.OK, 4), (response.Status, wire.Attempts));
    }

    [Fact]
    public async Task Tries_are_counted_for_the_input_and_not_anew_after_a_redirect()
    {
        var asked = 0;
        await using var server = await OddServer.StartAsync(http => http.Request.Path == "/to" || Interlocked.Increment(ref asked) == 1
            ? OddServer.JsonAsync(http, "{}", 503)
            : Wire.Redirecting(() => "/to")(http));
        using var wire = Retrying();

        var error = await wire.FailAsync(server.At("/from"));

        // /from twice and /to twice: two retries in all.
        Assert.Equal((503, 4), ((int?)error.StatusCode, server.Requests.Count));
    }

    private static Wire Retrying(RetryPolicy? policy = null, TimeProvider? clock = null) => new(retries: policy ?? new RetryPolicy(), clock: clock);

    /// <summary>Responds with a status to the first requests.</summary>
    internal static RequestDelegate Failing(int times, int status)
    {
        var seen = 0;
        return http =>
        {
            if (Interlocked.Increment(ref seen) > times) return OddServer.JsonAsync(http, "{}");
            if (status != StatusCodes.Status304NotModified) return OddServer.JsonAsync(http, """{"message":"busy"}""", status);
            // Without content, not even an empty one.
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
    }
}
