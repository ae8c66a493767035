using System.Globalization;
using System.Numerics;
using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonValueTests
{
    public static TheoryData<string, object> Numbers => new()
    {
        { "0", 0L },
        { "-0", 0L },
        { "9223372036854775807", long.MaxValue },
        { "-9223372036854775808", long.MinValue },
        { "9223372036854775808", BigInteger.Parse("9223372036854775808", CultureInfo.InvariantCulture) },
        { "-123456789012345678901234567890", BigInteger.Parse("-123456789012345678901234567890", CultureInfo.InvariantCulture) },
        { "1.0", 1.0 },
        { "1E5", 100000.0 },
        { "-1.5e-7", -1.5e-7 },
        { "1e400", double.PositiveInfinity },
        { "0.1234567890123456789", 0.1234567890123456789 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_has_the_type_that_ConvertFrom_Json_gives_it(string text, object value) =>
        Assert.Equal(value, JsonNumber.Read(Encoding.ASCII.GetBytes(text), JsonNumberKind.Default));

    [Theory]
    [InlineData("0.1234567890123456789012345678", "0.1234567890123456789012345678")]
    [InlineData("79228162514264337593543950335.0", "79228162514264337593543950335")]
    [InlineData("1.10", "1.10")]
    [InlineData("1e2", "100")]
    public void Decimals_keep_the_digits_that_a_double_loses(string text, string value)
    {
        var number = Assert.IsType<decimal>(JsonNumber.Read(Encoding.ASCII.GetBytes(text), JsonNumberKind.Decimal));
        Assert.Equal(value, number.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void With_decimals_integers_stay_integers_and_what_is_out_of_range_a_double()
    {
        Assert.Equal(5L, JsonNumber.Read("5"u8, JsonNumberKind.Decimal));
        Assert.Equal(1e300, JsonNumber.Read("1e300"u8, JsonNumberKind.Decimal));
    }

    [Theory]
    [InlineData("2024-03-01T12:34:56", "2024-03-01T12:34:56.0000000")]
    [InlineData("2024-03-01T12:34:56Z", "2024-03-01T12:34:56.0000000Z")]
    [InlineData("2024-03-01T12:34:56.5z", "2024-03-01T12:34:56.5000000Z")]
    [InlineData("2024-02-29T24:00:00Z", "2024-03-01T00:00:00.0000000Z")]
    [InlineData("2024-03-01T12:34:56.123456789", "2024-03-01T12:34:56.1234567")]
    [InlineData("/Date(1000)/", "1970-01-01T00:00:01.0000000Z")]
    [InlineData("\\/Date(-1000)\\/", "1969-12-31T23:59:59.0000000Z")]
    [InlineData("2024\\u002d03-01T12:34:56Z", "2024-03-01T12:34:56.0000000Z")]
    public void A_string_that_ConvertFrom_Json_takes_for_a_date_is_one(string text, string time) =>
        Assert.Equal(time, ((DateTime)Date(text, JsonDateKind.Default)!).ToString("o", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("2024-03-01")]
    [InlineData("2024-03-01 12:34:56")]
    [InlineData("2024-03-01T12:34")]
    [InlineData("2024-03-01T12:34:60")]
    [InlineData("2024-13-01T12:34:56")]
    [InlineData("2023-02-29T12:34:56")]
    [InlineData("0000-01-01T00:00:00")]
    [InlineData("2024-03-01T24:00:01")]
    [InlineData("2024-03-01T12:34:56.Z")]
    [InlineData("2024-03-01T12:34:56.123456789Z")]
    [InlineData("2024-03-01T12:34:56Zx")]
    [InlineData("9999-12-31T24:00:00")]
    [InlineData("1234-56-78T12345678")]
    [InlineData("/Date()/")]
    [InlineData("/Date(x)/")]
    [InlineData("/Date(+1)/")]
    [InlineData("/Date(9999999999999999)/")]
    [InlineData("/Date(1000)")]
    [InlineData("/Date(1000+01x0)/")]
    [InlineData("/Date(1000+010)/")]
    [InlineData("\\u0032024 and more text without a date")]
    public void A_string_that_it_takes_for_none_stays_a_string(string text) => Assert.Null(Date(text, JsonDateKind.Default));

    [Theory]
    [InlineData("2024-03-01T12:34:56+02:00", "2024-03-01T10:34:56Z")]
    [InlineData("2024-03-01T12:34:56-0530", "2024-03-01T18:04:56Z")]
    [InlineData("2024-03-01T12:34:56.25+02", "2024-03-01T10:34:56.25Z")]
    [InlineData("/Date(1000+0100)/", "1970-01-01T00:00:01Z")]
    public void An_offset_gives_local_time_of_the_same_instant(string text, string instant)
    {
        var time = (DateTime)Date(text, JsonDateKind.Default)!;
        Assert.Equal(DateTimeKind.Local, time.Kind);
        Assert.Equal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).UtcDateTime, time.ToUniversalTime());
    }

    [Fact]
    public void A_date_comes_in_the_kind_that_was_asked_for()
    {
        var utc = new DateTime(2024, 3, 1, 10, 34, 56, DateTimeKind.Utc);
        foreach (var text in (string[])["2024-03-01T12:34:56+02:00", "2024-03-01T10:34:56Z"])
        {
            Assert.Equal((utc, DateTimeKind.Utc), KindOf(Date(text, JsonDateKind.Utc)));
            Assert.Equal((utc.ToLocalTime(), DateTimeKind.Local), KindOf(Date(text, JsonDateKind.Local)));
            Assert.Null(Date(text, JsonDateKind.String));
        }

        var unspecified = new DateTime(2024, 3, 1, 10, 34, 56);
        Assert.Equal((unspecified, DateTimeKind.Utc), KindOf(Date("2024-03-01T10:34:56", JsonDateKind.Utc)));
        Assert.Equal((unspecified, DateTimeKind.Local), KindOf(Date("2024-03-01T10:34:56", JsonDateKind.Local)));
        Assert.Equal(TimeZoneInfo.Local.GetUtcOffset(unspecified), ((DateTimeOffset)Date("2024-03-01T10:34:56", JsonDateKind.Offset)!).Offset);
    }

    [Theory]
    [InlineData("2024-03-01T12:34:56+05:30", "2024-03-01T12:34:56.0000000+05:30")]
    [InlineData("2024-03-01T12:34:56Z", "2024-03-01T12:34:56.0000000+00:00")]
    [InlineData("/Date(0-0530)/", "1969-12-31T18:30:00.0000000-05:30")]
    [InlineData("/Date(0)/", "1970-01-01T00:00:00.0000000+00:00")]
    public void Offsets_are_kept_when_asked_for(string text, string time) =>
        Assert.Equal(time, ((DateTimeOffset)Date(text, JsonDateKind.Offset)!).ToString("o", CultureInfo.InvariantCulture));

    [Fact]
    public void An_offset_that_no_time_can_have_leaves_a_string() => Assert.Null(Date("2024-03-01T12:34:56+15:00", JsonDateKind.Offset));

    private static (DateTime Time, DateTimeKind Kind) KindOf(object? value) => ((DateTime)value!, ((DateTime)value).Kind);

    private static object? Date(string text, JsonDateKind kind) =>
        JsonDate.Read(Encoding.UTF8.GetBytes(text), text.Contains('\\', StringComparison.Ordinal), kind);
}
