using System.Globalization;
using System.Net;
using BearerTools.Http.Retrying;
using BearerTools.Tests.Support;
using static BearerTools.Tests.Http.Retrying.RetryHandlerTests;

namespace BearerTools.Tests.Http.Retrying;

/// <summary>The caller's own schedule, as in Invoke-RestMethod: every failure is tried again that may be.</summary>
public sealed class EveryFailureTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData("GET", 404, true)]
    [InlineData("GET", 403, true)]
    [InlineData("GET", 409, true)]
    [InlineData("GET", 304, true)]
    [InlineData("GET", 501, true)]
    [InlineData("POST", 404, true)]
    [InlineData("POST", 304, true)]
    [InlineData("POST", 409, true)]
    [InlineData("GET", 407, false)]
    [InlineData("GET", 600, false)]
    [InlineData("POST", 408, false)]
    [InlineData("POST", 500, false)]
    [InlineData("POST", 501, false)]
    [InlineData("PATCH", 503, false)]
    public async Task Every_failure_that_can_be_repeated_is_tried_again_if_the_caller_asks_for_that(string method, int status, bool again)
    {
        await using var server = await OddServer.StartAsync(Failing(1, status));
        using var wire = new Wire(retries: new RetryPolicy { RetriesEveryFailure = true });

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod(method) });

        Assert.Equal(again ? 200 : status, (int)response.Status);
        Assert.Equal(again ? 2 : 1, server.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_is_rejected_is_replaced_once_and_no_more_even_then()
    {
        await using var server = await OddServer.StartAsync(Failing(int.MaxValue, 401));
        using var wire = new Wire(retries: new RetryPolicy { RetriesEveryFailure = true });

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal((HttpStatusCode.Unauthorized, 2), (response.Status, server.Requests.Count));
    }

    [Fact]
    public async Task A_304_that_the_request_asks_for_is_no_failure()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 304));
        using var wire = new Wire(retries: new RetryPolicy { RetriesEveryFailure = true });

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("If-None-Match", "\"v1\"")] });

        Assert.Equal(HttpStatusCode.NotModified, response.Status);
    }

    [Theory]
    [InlineData(409, 1, 3)]
    [InlineData(409, 5, 5)]
    [InlineData(500, 1, 3)]
    [InlineData(429, 1, 1)]
    [InlineData(503, 1, 1)]
    public async Task A_retry_after_shortens_the_callers_interval_only_with_429_and_503(int status, int asked, int waited)
    {
        var seen = 0;
        await using var server = await OddServer.StartAsync(http =>
        {
            if (Interlocked.Increment(ref seen) > 1) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.RetryAfter = asked.ToString(CultureInfo.InvariantCulture);
            return OddServer.JsonAsync(http, "{}", status);
        });
        using var wire = new Wire(retries: new RetryPolicy { RetriesEveryFailure = true, Interval = TimeSpan.FromSeconds(3) }, clock: _clock);

        var sending = wire.SendAsync(Wire.Get(server.At("/")));
        await _clock.UntilWaiting().Soon();

        Assert.Contains(wire.Lines, line => line.Contains($"Retry 1 of 2 in {waited} s", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(waited + 0.2));
        using (await sending.Soon()) { }
    }
}
