using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class ServerDelayTests
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
    [InlineData("Tue Jan  1 12:00:30 2030", 30d)]
    [InlineData("1.5", 1.5)] // not in the RFC, but servers send it
    [InlineData("0.4001", 0.401)]
    [InlineData("2.", null)]
    [InlineData(".5", null)]
    [InlineData("1.2.3", null)]
    [InlineData("99999999999999999999999999999999.5", 86400d)]
    [InlineData("+5", null)]
    [InlineData("1e3", null)]
    [InlineData("0x10", null)]
    [InlineData("٥", null)] // a digit, but not one of ASCII
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("-Infinity", null)]
    [InlineData("∞", null)]
    [InlineData("99999999", 86400d)] // a day is the most
    [InlineData("99999999999999999999999999999999", 86400d)]
    [InlineData("Thu, 01 Jan 2099 11:00:00 GMT", 86400d)]
    [InlineData("Tue, 01 Jan 2030 12:00:30 +0000", null)]
    [InlineData("", null)]
    public void It_is_seconds_or_a_date(string field, double? seconds) => Assert.Equal(seconds, Delay(field)?.TotalSeconds);

    [Fact]
    public void The_longest_of_several_is_taken()
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation("Retry-After", ["5", "soon", "7"]);

        Assert.Equal(TimeSpan.FromSeconds(7), ServerDelay.Delay(message.Headers, s_now));
    }

    [Fact]
    public void A_date_is_compared_with_the_clock_of_the_server() =>
        Assert.Equal(30, Delay("Tue, 01 Jan 2030 10:00:30 GMT", serverTime: s_now.AddHours(-2))?.TotalSeconds);

    [Theory]
    [InlineData("100000", "100000 s")]
    [InlineData("086400", null)]
    [InlineData("120", null)]
    [InlineData("99999999999999999999999", "99999999999999999999… s")]
    public void A_wait_that_is_longer_than_any_pause_is_named(string field, string? asked)
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation("Retry-After", field);

        Assert.Equal(asked, ServerDelay.Beyond(ServerDelay.Delay(message.Headers, s_now)!.Value, message.Headers));
    }

    private static TimeSpan? Delay(string field, DateTimeOffset? serverTime = null)
    {
        using var message = new HttpResponseMessage();
        message.Headers.TryAddWithoutValidation("Retry-After", field);
        message.Headers.Date = serverTime;
        return ServerDelay.Delay(message.Headers, s_now);
    }
}
