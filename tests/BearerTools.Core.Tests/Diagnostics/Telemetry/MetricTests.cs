using BearerTools.Diagnostics.Telemetry;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Telemetry;

[Collection(nameof(TelemetryBench))]
public sealed class MetricTests : IDisposable
{
    private readonly TelemetryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Requests_are_counted_and_timed_by_method_host_and_class_of_status()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}", http.Request.Path == "/none" ? 404 : 200));
        using var log = new MetricLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), null);
        await _bench.RunAsync(Wire.Get(server.At("/none")), null);

        var port = server.At("/").Port;
        string[] expected =
        [
            $"http.request.method=GET, server.address=127.0.0.1, server.port={port}, bearertools.response.status_class=2xx",
            $"http.request.method=GET, server.address=127.0.0.1, server.port={port}, bearertools.response.status_class=4xx, error.type=404",
        ];
        Assert.Equal(expected, log.Of("bearertools.requests [{request}]"));
        Assert.Equal(expected, log.Of("bearertools.request.duration [s]"));
        Assert.All(log.Values("bearertools.request.duration [s]"), duration => Assert.InRange(duration, 0.000001, 60));
    }

    [Fact]
    public async Task Retries_are_counted_by_cause()
    {
        var seen = 0;
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}", Interlocked.Increment(ref seen) < 3 ? 503 : 200));
        using var log = new MetricLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), null);

        Assert.Equal(2, log.Of("bearertools.request.retries [{retry}]", "error.type=503").Length);
        Assert.Single(log.Of("bearertools.requests [{request}]"));
    }

    [Fact]
    public async Task Token_requests_are_counted_by_flow_and_reason()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var log = new MetricLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), null);

        Assert.Equal(
            ["bearertools.token.flow=Scripted, bearertools.token.reason=first", "bearertools.token.flow=Scripted, bearertools.token.reason=rejected"],
            log.Of("bearertools.token.requests [{request}]"));
        Assert.Equal(2, log.Values("bearertools.token.request.duration [s]").Length);
    }

    [Fact]
    public async Task The_times_in_the_queue_and_for_the_pace_are_measured()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new MetricLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), null);

        Assert.Single(log.Values("bearertools.request.queue.duration [s]"));
        Assert.Single(log.Values("bearertools.request.pace.duration [s]"));
    }

    [Fact]
    public async Task A_method_that_is_no_standard_does_not_add_a_series()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new MetricLog();

        await _bench.RunAsync(Wire.Get(server.At("/")) with { Method = new HttpMethod("PURGE") }, null);

        Assert.Single(log.Of("bearertools.requests [{request}]", "http.request.method=_OTHER,"));
    }

    [Fact]
    public void Without_a_listener_nothing_is_measured()
    {
        // Instruments of .NET 8 stay enabled after their listener is disposed.
        if (Environment.Version.Major == 8) return;
        Assert.False(RequestMetrics.IsEnabled);
        Assert.False(RequestMetrics.MeasuresPace);
        Assert.False(RequestMetrics.MeasuresQueue);
        Assert.False(TokenMetrics.IsEnabled);
    }
}
