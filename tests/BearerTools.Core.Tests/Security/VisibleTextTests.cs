using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("a\u202Eb", @"a\u202Eb")]
    [InlineData("a\u200Bb", @"a\u200Bb")]
    [InlineData("a\nb\u00A0", @"a\u000Ab\u00A0")]
    [InlineData("\U000E0041", @"\u{E0041}")]
    [InlineData("\uFE0F\U000E0101", @"\uFE0F\u{E0101}")]
    [InlineData("\u3164\u2800\u115F", @"\u3164\u2800\u115F")]
    [InlineData("\uE000\uFFFE", @"\uE000\uFFFE")]
    public void Characters_that_cannot_be_seen_are_written_as_escapes(string text, string shown)
    {
        Assert.Equal(shown, VisibleText.Of(text));
        Assert.True(VisibleText.HidesAny(text));
    }

    [Fact]
    public void A_lone_surrogate_is_written_as_an_escape() => Assert.Equal(@"a\uD83Db", VisibleText.Of("a\uD83D" + "b"));

    [Theory]
    [InlineData("https://api.contoso.com/v1/?a=b&c=%20 d")]
    [InlineData("Zürich 東京 🙂 a\u0301")]
    public void Other_text_stays_as_it_is(string text)
    {
        Assert.Equal(text, VisibleText.Of(text));
        Assert.False(VisibleText.HidesAny(text));
    }

    [Theory]
    [InlineData(" contoso")]
    [InlineData("contoso ")]
    [InlineData("con  toso")]
    [InlineData("con\ttoso")]
    [InlineData("contoso\u3164")]
    [InlineData("con\u200Btoso")]
    [InlineData("con\u00A0toso")]
    public void A_name_of_a_profile_that_looks_like_another_one_is_refused(string name)
    {
        Assert.False(ProfileName.IsValid(name));
        Assert.Equal("ProfileNameRefused", Assert.Throws<BearerTokenException>(() => ProfileName.Check(name)).ErrorId);
    }

    [Fact]
    public void The_error_says_that_white_space_at_the_end_is_the_reason() =>
        Assert.StartsWith("'contoso' is not a valid profile name: it begins or ends with white space.", Assert.Throws<BearerTokenException>(() => ProfileName.Check("contoso ")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_error_of_such_a_name_shows_what_cannot_be_seen() =>
        Assert.Contains(@"con\u200Btoso", Assert.Throws<BearerTokenException>(() => ProfileName.Check("con\u200Btoso")).Message, StringComparison.Ordinal);
}
