namespace BearerTools.Tests.Http.Pacing;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("50/s", 50, 1, "50/s")]
    [InlineData(" 600 / M ", 600, 60, "600/m")]
    [InlineData("5000/hour", 5000, 3600, "5000/h")]
    [InlineData("100/10s", 100, 10, "100/10s")]
    [InlineData("100/60sec", 100, 60, "100/m")]
    [InlineData("20/2 minutes", 20, 120, "20/2m")]
    [InlineData("1/d", 1, 86400, "1/24h")]
    public void A_rate_is_read(string text, int requests, int seconds, string shown)
    {
        var limit = RateLimit.Parse(text);

        Assert.Equal((requests, TimeSpan.FromSeconds(seconds)), (limit.Requests, limit.Period));
        Assert.Equal(shown, limit.ToString());
        Assert.Equal(limit, RateLimit.Parse(shown));
    }

    [Theory]
    [InlineData("")]
    [InlineData("50")]
    [InlineData("0/s")]
    [InlineData("-1/s")]
    [InlineData("1.5/s")]
    [InlineData("50/ms")]
    [InlineData("50/0s")]
    [InlineData("50/25h")]
    [InlineData("50 per second")]
    [InlineData("99999999999/s")]
    [InlineData("1/99999999999s")]
    public void An_invalid_rate_is_refused_with_an_example_of_a_valid_one(string text) =>
        Assert.Contains("50/s, 600/m", Assert.Throws<FormatException>(() => RateLimit.Parse(text)).Message, StringComparison.Ordinal);
}
