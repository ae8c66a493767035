using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tests.Diagnostics.Tracing;

public class TracedAddressTests
{
    [Theory]
    [InlineData("https://api.example.com/v1/users", "https://api.example.com/v1/users")]
    [InlineData("https://ada:secret@api.example.com/v1?#part", "https://api.example.com/v1")]
    [InlineData("https://api.example.com/v1?page=2&$filter=name%20eq%20'x'", "https://api.example.com/v1?page=2&$filter=name%20eq%20'x'")]
    [InlineData("https://api.example.com/v1?%24TOP=5&api-version=1", "https://api.example.com/v1?%24TOP=5&api-version=1")]
    [InlineData("https://api.example.com/v1?code=abc&page=2", "https://api.example.com/v1?code=REDACTED&page=2")]
    [InlineData("https://api.example.com/v1?YWJj==", "https://api.example.com/v1?REDACTED")]
    [InlineData("https://api.example.com/v1?YWJj", "https://api.example.com/v1?REDACTED")]
    [InlineData("https://api.example.com/v1?=abc&&x=1", "https://api.example.com/v1?REDACTED&REDACTED&x=REDACTED")]
    public void Only_values_under_harmless_names_are_kept(string address, string expected) =>
        Assert.Equal(expected, TracedAddress.Of(new Uri(address)));

    [Fact]
    public void A_session_in_the_path_is_not_shown() => Assert.Equal(
        "https://a.example/cart;v=1;jsessionid=REDACTED/items", TracedAddress.Shown(new Uri("https://a.example/cart;v=1;jsessionid=0A1B2C3D4E/items")));

    [Fact]
    public void Long_names_and_values_are_not_kept_and_a_long_address_is_cut()
    {
        var longText = new string('x', 3000);
        Assert.Equal("https://a.example/?page=REDACTED", TracedAddress.Of(new Uri($"https://a.example/?page={longText}")));
        Assert.Equal("https://a.example/?REDACTED", TracedAddress.Of(new Uri($"https://a.example/?{longText}=1")));
        Assert.Equal(2001, TracedAddress.Of(new Uri($"https://a.example/{longText}")).Length);
    }
}
