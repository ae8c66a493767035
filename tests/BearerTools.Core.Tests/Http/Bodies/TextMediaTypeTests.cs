using BearerTools.Http.Bodies;

namespace BearerTools.Tests.Http.Bodies;

public sealed class TextMediaTypeTests
{
    [Theory]
    [InlineData("a=1")]
    [InlineData("a=1&b=2")]
    [InlineData("q=x+y%20z&empty=")]
    [InlineData("redirect_uri=https://app.contoso.com/done&scope=a.b")]
    [InlineData("assertion=YWJjZA==")]
    public void Pairs_of_names_and_values_are_a_form(string text) => Assert.Equal(TextMediaType.Form, TextMediaType.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("=1")]
    [InlineData("a=")]
    [InlineData("a&b")]
    [InlineData("a=1&")]
    [InlineData("a==1")]
    [InlineData("YWJjZA==")]
    [InlineData("YWJjZGU=")]
    [InlineData("a = 1")]
    [InlineData("a=1\nb=2")]
    [InlineData("a=é")]
    [InlineData("<a b=\"1\"/>")]
    [InlineData("a=1|b=2")]
    public void Other_text_is_plain(string text) => Assert.Equal(TextMediaType.Plain, TextMediaType.Of(text));

    [Theory]
    [InlineData("{\"a\":\"b=1\"}")]
    [InlineData(" [1]")]
    public void Text_that_begins_like_an_object_or_an_array_is_JSON(string text) =>
        Assert.Equal(TextMediaType.Json, TextMediaType.Of(text));
}
