using BearerTools.Http.Pacing;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

public sealed class QuotaHeadersTests
{
    /// <summary>2030-01-01 12:00, which is moment 1893499200.</summary>
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(50, 30, "RateLimit: \"default\";r=50;t=30")]
    [InlineData(50, 30, "RateLimit: default; r=50; t=30")]
    [InlineData(0, 30, "RateLimit: \"default\";r=0;t=30", "RateLimit-Policy: \"default\";q=10;qu=\"requests\";w=60")]
    [InlineData(0, 60, "RateLimit: \"burst\";r=0", "RateLimit-Policy: \"day\";q=9;w=86400, \"burst\";q=100;w=60")]
    [InlineData(3, 5, "RateLimit: limit=10, remaining=3, reset=5")]
    [InlineData(3, 5, "RateLimit-Limit: 10, 10;w=60", "RateLimit-Remaining: 3", "RateLimit-Reset: 5")]
    [InlineData(3, 5, "X-RateLimit-Limit: 10", "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 5")]
    [InlineData(3, 5, "x-rate-limit-remaining: 3", "x-rate-limit-reset: 1893499205")]
    [InlineData(3, 5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 1893499205000")]
    [InlineData(3, 5.5, "X-RateLimit-Remaining: 3.0", "X-RateLimit-Reset: 5.5")]
    [InlineData(3, 2.5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 1893499215", "X-RateLimit-Reset-After: 2.5")]
    [InlineData(3, 2.5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset-After: 2.5")]
    [InlineData(3, 5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 5", "X-RateLimit-Reset-After: soon")]
    [InlineData(3, 5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 2030-01-01T12:00:05Z")]
    [InlineData(3, 5, "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: Tue, 01 Jan 2030 12:00:05 GMT")]
    // The server's clock is ten seconds ahead.
    [InlineData(3, 5, "Date: Tue, 01 Jan 2030 12:00:10 GMT", "X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 1893499215")]
    // Cut off seconds.
    [InlineData(0, 1, "RateLimit: \"default\";r=0;t=0")]
    // A day is the most.
    [InlineData(0, 86400, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 99999999999")]
    [InlineData(0, 86400, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 950000000000000")]
    [InlineData(0, 86400, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 9999-12-31T23:59:59Z")]
    [InlineData(0, 86400, "RateLimit: \"default\";r=0;t=999999999")]
    [InlineData(int.MaxValue, 5, "RateLimit: \"default\";r=999999999999999;t=5")]
    public void The_remaining_quota_is_read_in_every_format(double remaining, double seconds, params string[] headers)
    {
        var reading = Assert.Single(Read(headers));

        Assert.Equal(remaining, reading.Remaining);
        Assert.Equal(seconds, reading.Reset.TotalSeconds);
    }

    [Theory]
    [InlineData("Content-Language: en")]
    [InlineData("RateLimit: ")]
    [InlineData("RateLimit: \"default\"")]
    [InlineData("RateLimit: \"default\";r=none;t=3")]
    [InlineData("RateLimit: \"default\";r=5;t=-3")]
    [InlineData("RateLimit: \"default\";r=5")]
    [InlineData("RateLimit: \"bytes\";r=0;t=30", "RateLimit-Policy: \"bytes\";q=65535;qu=\"content-bytes\";w=10")]
    [InlineData("RateLimit: \"many\";r=0;t=30", "RateLimit-Policy: \"many\";q=4;qu=\"concurrent-requests\"")]
    [InlineData("RateLimit: \"many\";r=0;t=30;qu=\"content-bytes\"")]
    [InlineData("X-RateLimit-Remaining: 3")]
    [InlineData("X-RateLimit-Remaining: many", "X-RateLimit-Reset: 3")]
    [InlineData("X-RateLimit-Remaining: 3", "X-RateLimit-Reset: soon")]
    [InlineData("X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 1893499000")]
    [InlineData("X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 1e300")]
    [InlineData("X-RateLimit-Remaining: 3", "X-RateLimit-Reset: -Infinity")]
    [InlineData("X-RateLimit-Remaining: NaN", "X-RateLimit-Reset: 5")]
    [InlineData("X-RateLimit-Remaining: 3", "X-RateLimit-Reset: 0001-01-01T00:00:00Z")]
    public void A_missing_value_is_not_guessed(params string[] headers) => Assert.Empty(Read(headers));

    [Fact]
    public void Several_quotas_are_kept_apart()
    {
        var readings = Read("RateLimit: \"second\";r=1;t=1, \"day;,=\";r=900;t=40000, \"day;,=\";r=8;t=9;pk=:dXNlcg==:");

        Assert.Equal([1, 900, 8], readings.Select(reading => reading.Remaining));
        Assert.Equal(3, readings.Select(reading => reading.Name).Distinct().Count());
        Assert.Equal(["second", "day;,=", "day;,="], readings.Select(reading => reading.Policy));
        Assert.Equal([false, false, true], readings.Select(reading => reading.IsPartition));
    }

    private IReadOnlyList<QuotaReading> Read(params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers.Select(header => header.Split(':', 2)))
            if (!response.Headers.TryAddWithoutValidation(header[0], header[1].Trim())) response.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
        return QuotaHeaders.Read(response.Headers, _clock);
    }
}
