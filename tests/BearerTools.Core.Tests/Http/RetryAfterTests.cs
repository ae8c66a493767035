using BearerTools.Http;

namespace BearerTools.Tests.Http;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("120", 120d)]
    [InlineData("0", 0d)]
    [InlineData("Tue, 01 Jan 2030 12:00:30 GMT", 30d)]
    [InlineData("Tuesday, 01-Jan-30 12:00:30 GMT", 30d)]
    [InlineData("Tue, 01 Jan 2030 11:59:00 GMT", 0d)] // past
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("1.5", 1.5)]
    [InlineData("99999999999999", 2592000d)] // a month is the most
    [InlineData("Thu, 01 Jan 2099 11:00:00 GMT", 2592000d)]
    [InlineData("", null)]
    public void It_is_seconds_or_a_date(string field, double? seconds) => Assert.Equal(seconds, Delay(field)?.TotalSeconds);

    [Fact]
    public void A_date_is_compared_with_the_clock_of_the_server() =>
        Assert.Equal(30, Delay("Tue, 01 Jan 2030 10:00:30 GMT", serverTime: s_now.AddHours(-2))?.TotalSeconds);

    private static TimeSpan? Delay(string field, DateTimeOffset? serverTime = null)
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation("Retry-After", field);
        message.Headers.Date = serverTime;
        return RetryAfter.Delay(message.Headers, s_now);
    }
}
