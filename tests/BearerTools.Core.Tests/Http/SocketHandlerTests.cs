using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class SocketHandlerTests
{
    [Theory]
    [InlineData("200 OK", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 950000000000000")]
    [InlineData("429 Too Many Requests", "Retry-After: -Infinity")]
    [InlineData("429 Too Many Requests", "Retry-After: NaN")]
    [InlineData("503 Service Unavailable", "Retry-After: 1e400")]
    public async Task Numbers_that_no_time_can_hold_cost_neither_the_response_nor_the_permit(string status, string headers)
    {
        await using var server = new RawServer((_, _) => $"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: 2\r\n\r\n{{}}");
        using var wire = new Wire();

        using (var response = await wire.SendAsync(Wire.Get(server.Address))) Assert.StartsWith($"{(int)response.Status} ", status, StringComparison.Ordinal);

        var lane = wire.Lane(server.Address);
        wire.Pace.Of(Origin.Of(server.Address)).Join(new PaceOptions { MaxConcurrent = 1 });
        // A pause that is in force is longer than this; a permit that was lost keeps the next one waiting for good.
        if (status[0] == '2') await Assert.ThrowsAsync<PausedTooLongException>(() => lane.EnterAsync(null, TimeSpan.FromSeconds(1), EventSink.None, null, default).AsTask().Soon());
        else await lane.EnterAsync(null, null, EventSink.None, null, default).AsTask().Soon();
    }

    [Fact]
    public async Task A_pause_beyond_the_deadline_fails_at_once()
    {
        await using var server = new RawServer((_, _) => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 99999999\r\nContent-Length: 0\r\n\r\n");
        using var wire = new Wire(retries: new RetryPolicy { MaxRetries = 2, Deadline = TimeSpan.FromSeconds(30) });

        using (await wire.SendAsync(Wire.Get(server.Address))) Assert.Equal(1, wire.Attempts);
        var error = await wire.FailAsync(server.Address);

        Assert.Equal("PausedBeyondDeadline", error.ErrorId);
        Assert.Equal(1, server.Requests);
    }
}
