using System.Globalization;
using System.Text.RegularExpressions;
using BearerTools.Tests.Support;

namespace BearerTools.Tests;

public sealed partial class TimeTextTests
{
    private static readonly DateTimeOffset s_time = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    /// <summary>Cultures with another calendar, other digits or other separators.</summary>
    public static TheoryData<string> ForeignCultures { get; } = new("th-TH", "ar-SA", "fa-IR", "fi-FI", "de-DE");

    [Theory]
    [MemberData(nameof(ForeignCultures))]
    public void Times_and_durations_read_the_same_in_every_culture(string culture)
    {
        var texts = Cultures.Under(culture, All);

        Assert.Equal(Cultures.Under(string.Empty, All), texts);
        Assert.All(texts, text => Assert.Matches("^[ -~]+$", text));
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void The_cultures_of_these_tests_would_give_another_year(string culture) =>
        Assert.DoesNotContain("2031", s_time.ToString("yyyy-MM-dd", CultureInfo.GetCultureInfo(culture)), StringComparison.Ordinal);

    [Fact]
    public void A_time_is_shown_in_the_local_zone_with_its_offset()
    {
        var text = TimeText.Of(s_time);

        Assert.Matches(Shape(), text);
        Assert.Equal(s_time, DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(0.025, "0.025 s")]
    [InlineData(0.25, "0.25 s")]
    [InlineData(1.5, "1.5 s")]
    [InlineData(30, "30 s")]
    [InlineData(1234.56, "1234.6 s")]
    public void Seconds_have_the_decimals_that_matter(double seconds, string text) => Assert.Equal(text, TimeText.Seconds(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Long_durations_are_shown_to_the_second() => Assert.Equal("1.02:03:04", TimeText.Span(new TimeSpan(1, 2, 3, 4, 567)));

    private static string[] All() =>
    [
        TimeText.Of(s_time),
        TimeText.Clock(s_time),
        TimeText.Seconds(TimeSpan.FromSeconds(-1.5)),
        TimeText.Milliseconds(TimeSpan.FromMilliseconds(1234.5)),
        TimeText.Span(new TimeSpan(1, 2, 3, 4)),
    ];

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{2}:[0-9]{2}$")]
    private static partial Regex Shape();
}
