using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class Base64UrlTests
{
    private static readonly byte[] s_bytes = [0xFB, 0xFF, 0xBF, 0xFE];

    [Fact]
    public void Encoding_uses_the_URL_safe_alphabet_without_padding() => Assert.Equal("-_-__g", Base64Url.Encode(s_bytes));

    [Fact]
    public void No_bytes_are_an_empty_text() => Assert.Equal(string.Empty, Base64Url.Encode(null));

    [Theory]
    [InlineData("-_-__g")]
    [InlineData("-_-__g==")]
    [InlineData("+/+//g==")]
    [InlineData("+/+//g")]
    public void Decoding_takes_both_alphabets_with_padding_or_without(string text) => Assert.Equal(s_bytes, Base64Url.Decode(text));

    [Theory]
    [InlineData("a")]
    [InlineData("a*bc")]
    public void Other_text_is_refused(string text) => Assert.Throws<FormatException>(() => Base64Url.Decode(text));
}
