using BearerTools.Grants.Login;

namespace BearerTools.Tests.Grants.Login;

public sealed class RedirectAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1/", "http://127.0.0.1:4711/")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:4711")]
    [InlineData("http://localhost/callback?a=b", "http://localhost:4711/callback?a=b")]
    [InlineData("http://[::1]/x", "http://[::1]:4711/x")]
    [InlineData("http://127.0.0.1:0/", "http://127.0.0.1:4711/")]
    public void Without_a_port_it_gets_one(string text, string sent) => Assert.Equal(sent, RedirectAddress.Parse(text).At(4711));

    [Theory]
    [InlineData("http://localhost:8400")]
    [InlineData("http://localhost:8400/Callback/")]
    [InlineData("http://127.0.0.1:80/")]
    [InlineData("https://app.example.com/cb")]
    public void What_is_registered_letter_by_letter_is_sent_letter_by_letter(string text) =>
        Assert.Equal(text, RedirectAddress.Parse(text).At(4711));

    [Theory]
    [InlineData("callback")]
    [InlineData("http://app.example.com/")]
    [InlineData("http://127.0.0.1/#part")]
    [InlineData("http://me@127.0.0.1/")]
    [InlineData("myapp://callback")]
    [InlineData("urn:ietf:wg:oauth:2.0:oob")]
    public void A_redirect_address_that_cannot_receive_a_response_safely_is_an_error(string text) =>
        Assert.Equal("InvalidRedirectUri", Assert.Throws<BearerTokenException>(() => RedirectAddress.Parse(text)).ErrorId);
}
