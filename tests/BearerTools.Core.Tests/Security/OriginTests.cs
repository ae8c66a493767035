using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class OriginTests
{
    [Theory]
    [InlineData("https://api.example.com/a?b", "https://api.example.com", true)]
    [InlineData("https://API.Example.COM", "https://api.example.com/", true)]
    [InlineData("HTTPS://api.example.com:443/", "https://api.example.com/x", true)]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example/", true)]
    [InlineData("http://127.1/", "http://127.0.0.1/", true)]
    [InlineData("http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", true)]
    [InlineData("https://api.example.com", "http://api.example.com:443", false)]
    [InlineData("https://api.example.com", "https://api.example.com:8443", false)]
    [InlineData("https://api.example.com", "https://example.com", false)]
    [InlineData("https://api.example.com", "https://api.example.com.", false)]
    [InlineData("https://api.example.com", "https://api.example.com.evil.example", false)]
    [InlineData("http://localhost", "http://127.0.0.1", false)]
    public void Origins_are_equal_when_scheme_host_and_port_are(string one, string other, bool equal) =>
        Assert.Equal(equal, Origin.Of(new Uri(one)) == Origin.Of(new Uri(other)));

    [Theory]
    [InlineData("https://api.example.com", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("http://LOCALHOST", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://127.255.0.3:81", true)]
    [InlineData("http://2130706433", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("http://api.example.com", false)]
    [InlineData("http://localhost.example.com", false)]
    [InlineData("http://127.0.0.1.example.com", false)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("http://0.0.0.0", false)]
    [InlineData("http://[::2]", false)]
    [InlineData("ftp://localhost", false)]
    public void A_secret_travels_by_https_or_stays_on_this_machine(string address, bool safe) =>
        Assert.Equal(safe, Origin.Of(new Uri(address)).IsSafe);

    [Theory]
    [InlineData("https://api.example.com:443/x?y", "https://api.example.com")]
    [InlineData("https://api.example.com:8443", "https://api.example.com:8443")]
    [InlineData("http://[::1]:8080/x", "http://[::1]:8080")]
    public void It_is_written_as_an_address_that_can_be_pasted(string address, string written)
    {
        var origin = Origin.Of(new Uri(address));

        Assert.Equal(written, origin.ToString());
        Assert.Equal(origin, Origin.Of(new Uri(origin.ToString())));
    }

    [Theory]
    [InlineData("https://host\u00afx/")]
    [InlineData("https://a\u200db/")]
    [InlineData("https://\u202E./")]
    [InlineData("https://\u202E:80/")]
    [InlineData("https://\u2482/")]
    public void A_host_that_the_conversion_to_ascii_makes_invalid_has_no_origin(string address) =>
        Assert.False(Origin.TryOf(new Uri(address), out _));

    [Theory]
    [InlineData("https://my_host/")]
    [InlineData("http://-a-/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://localhost./")]
    [InlineData("https://a\u202E.example/")]
    [InlineData("https://a-name-of-more-than-sixty-three-characters.a-name-of-more-than-sixty-three-characters.example/")]
    [InlineData("https://b\u00fccher.example/")]
    public void Unusual_hosts_have_one(string address)
    {
        Assert.True(Origin.TryOf(new Uri(address), out var origin));
        Assert.NotEmpty(origin.ToString());
    }
}
