using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class RequestAddressTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/v1");

    [Theory]
    [InlineData("users", "https://api.contoso.com/v1/users")]
    [InlineData("/users", "https://api.contoso.com/v1/users")]
    [InlineData("users/7?expand=all", "https://api.contoso.com/v1/users/7?expand=all")]
    [InlineData("?page=2", "https://api.contoso.com/v1/?page=2")]
    [InlineData("/", "https://api.contoso.com/v1/")]
    [InlineData("./users", "https://api.contoso.com/v1/users")]
    [InlineData("a/../users", "https://api.contoso.com/v1/users")]
    [InlineData("users#top", "https://api.contoso.com/v1/users")]
    [InlineData("grüße und küsse", "https://api.contoso.com/v1/gr%C3%BC%C3%9Fe%20und%20k%C3%BCsse")]
    [InlineData("a%2Fb?q=a%2Bb%20c+d", "https://api.contoso.com/v1/a%2Fb?q=a%2Bb%20c+d")]
    [InlineData("users('ada@contoso.com')", "https://api.contoso.com/v1/users('ada@contoso.com')")]
    [InlineData("?next=../../x", "https://api.contoso.com/v1/?next=../../x")]
    [InlineData("a...b/..c", "https://api.contoso.com/v1/a...b/..c")]
    [InlineData("logs?path=C:\\temp\\x", "https://api.contoso.com/v1/logs?path=C:%5Ctemp%5Cx")]
    public void A_relative_address_is_joined_under_the_base(string text, string expected) =>
        Assert.Equal(expected, RequestAddress.Resolve(text, s_base).AbsoluteUri);

    [Theory]
    [InlineData("https://other.example/x?y#z", "https://other.example/x?y")]
    [InlineData("HTTPS://Other.Example:443/x", "https://other.example/x")]
    [InlineData("https://other.example:8443", "https://other.example:8443/")]
    [InlineData("http://127.0.0.1:5000/x", "http://127.0.0.1:5000/x")]
    [InlineData("http://[::1]:5000/x", "http://[::1]:5000/x")]
    [InlineData("https://other.example/a/../b", "https://other.example/b")]
    [InlineData("https://other.example/x?user=CONTOSO\\ada", "https://other.example/x?user=CONTOSO%5Cada")]
    public void An_absolute_address_is_used_unchanged(string text, string expected)
    {
        Assert.Equal(expected, RequestAddress.Resolve(text, s_base).AbsoluteUri);
        Assert.Equal(expected, RequestAddress.Resolve(text, null).AbsoluteUri);
    }

    [Fact]
    public void An_escaped_dot_segment_is_named()
    {
        var error = Assert.Throws<BearerRequestException>(() => RequestAddress.Resolve("/a/%2e%2e/b", new Uri("https://api.contoso.com/v1/")));
        Assert.Contains("its path has an escaped '..'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../admin")]
    [InlineData("/../admin")]
    [InlineData("..")]
    [InlineData("users/../../admin")]
    [InlineData("%2e%2e/admin")]
    [InlineData("%2E%2E%2Fadmin")]
    [InlineData("..%2fadmin")]
    [InlineData("users/..%2f..%2fadmin")]
    [InlineData("users/..%5c..%5cadmin")]
    [InlineData("//evil.example/x")]
    [InlineData("//\u202E/x")]
    [InlineData("\\\\\u200E")]
    [InlineData("file://\u202E/x")]
    [InlineData("https://\u202E./x")]
    [InlineData("///evil.example/x")]
    [InlineData("\\\\evil.example\\x")]
    [InlineData("/\\evil.example/x")]
    [InlineData("users\\..\\admin")]
    [InlineData("users\\7?q=1\\2")]
    [InlineData("https:\\\\evil.example")]
    [InlineData("https://user@api.contoso.com/")]
    [InlineData("https://user:pass@api.contoso.com/")]
    [InlineData("https://api.contoso.com:x@evil.example/")]
    [InlineData("ftp://api.contoso.com/")]
    [InlineData("file:///etc/hostname")]
    [InlineData("ws://api.contoso.com/")]
    [InlineData("https://")]
    [InlineData("https:///x")]
    [InlineData("https://a b/")]
    [InlineData("https://api.contoso.com:99999/")]
    [InlineData("https://[::1/")]
    [InlineData("https://api\u200d.contoso.com/")]
    [InlineData("")]
    [InlineData(" ")]
    public void A_deceptive_or_empty_address_is_refused(string text)
    {
        var error = Assert.Throws<BearerRequestException>(() => RequestAddress.Resolve(text, s_base));

        Assert.Equal("UriRefused", error.ErrorId);
        Assert.Equal(BearerErrorKind.InvalidArgument, error.Kind);
        Assert.NotNull(error.NextStep);
    }

    [Theory]
    [InlineData("@evil.example/x")]
    [InlineData(":8443/x")]
    [InlineData("/@evil.example")]
    [InlineData(" //evil.example/x")]
    [InlineData("\t//evil.example/x")]
    [InlineData("https:/evil.example")]
    [InlineData("mailto:a@evil.example")]
    [InlineData("x?u=https://evil.example")]
    [InlineData(".evil.example/x")]
    public void Whatever_a_relative_address_holds_it_stays_at_the_bases_origin_and_under_its_path(string text)
    {
        foreach (var address in (Uri[])[RequestAddress.Resolve(text, s_base), RequestAddress.Resolve(text, new Uri("https://api.contoso.com"))])
        {
            Assert.Equal(Origin.Of(s_base), Origin.Of(address));
            Assert.Empty(address.UserInfo);
        }

        Assert.StartsWith("/v1/", RequestAddress.Resolve(text, s_base).AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_address_without_base_says_what_to_give()
    {
        var error = Assert.Throws<BearerRequestException>(() => RequestAddress.Resolve("/users", null));

        Assert.Equal("RelativeUriWithoutBase", error.ErrorId);
        Assert.Contains("-BaseUri", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8080/x?y=1", "http://localhost:8080/x?y=1")]
    [InlineData("LOCALHOST", "http://localhost/")]
    [InlineData("127.0.0.1:8080/x", "http://127.0.0.1:8080/x")]
    [InlineData("[::1]:8080", "http://[::1]:8080/")]
    public void Without_a_base_a_host_of_this_machine_needs_no_scheme(string text, string expected)
    {
        Assert.Equal(expected, RequestAddress.Resolve(text, null).AbsoluteUri);
        Assert.True(RequestAddress.NamesHost(text, null));
        Assert.False(RequestAddress.NamesHost(text, s_base));
        Assert.StartsWith(s_base.AbsoluteUri, RequestAddress.Resolve(text, s_base).AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.contoso.com/v1")]
    [InlineData("readme.md")]
    [InlineData("localhost@evil.example/x")]
    [InlineData("localhost.evil.example")]
    [InlineData("users")]
    public void Without_a_base_another_host_needs_its_scheme(string text)
    {
        Assert.Equal("RelativeUriWithoutBase", Assert.Throws<BearerRequestException>(() => RequestAddress.Resolve(text, null)).ErrorId);
        Assert.False(RequestAddress.NamesHost(text, null));
    }

    [Theory]
    [InlineData("https://api.contoso.com", "https://api.contoso.com/")]
    [InlineData("https://api.contoso.com/v1", "https://api.contoso.com/v1/")]
    [InlineData("https://api.contoso.com/v1/?key=1#x", "https://api.contoso.com/v1/")]
    [InlineData("http://[::1]:80/v1", "http://[::1]/v1/")]
    public void A_base_ends_with_a_slash_and_has_no_query(string given, string expected) =>
        Assert.Equal(expected, RequestAddress.Base(new Uri(given)).AbsoluteUri);

    [Theory]
    [InlineData("/v1")]
    [InlineData("ftp://api.contoso.com")]
    [InlineData("https://user:pass@api.contoso.com")]
    [InlineData("https://api\u200d.contoso.com")]
    [InlineData("http://\u202E/v1")]
    [InlineData("http://\u202E./v1")]
    public void A_base_that_is_no_web_address_is_refused(string given) =>
        Assert.Equal("UriRefused", Assert.Throws<BearerRequestException>(() => RequestAddress.Base(new Uri(given, UriKind.RelativeOrAbsolute))).ErrorId);

    [Fact]
    public void A_query_is_escaped_and_added_to_the_one_that_is_there()
    {
        var query = RequestAddress.Query([new("filter", "name eq 'a&b'"), new("$top", "5"), new("empty", "")]);

        Assert.Equal("filter=name%20eq%20%27a%26b%27&%24top=5&empty=", query);
        Assert.Equal("https://api.contoso.com/v1/users?x=1&" + query, RequestAddress.Resolve("users?x=1#f", s_base, query).AbsoluteUri);
        Assert.Equal("https://api.contoso.com/v1/users?" + query, RequestAddress.Resolve("users", s_base, query).AbsoluteUri);
        Assert.Equal("https://api.contoso.com/v1/users", RequestAddress.Resolve("users", s_base, "").AbsoluteUri);
    }

    [Fact]
    public void A_refusal_shows_neither_passwords_nor_query_values_nor_control_characters()
    {
        var (one, other) = (TestTokens.TokenText(), TestTokens.TokenText());

        var message = Refusal($"https://user:{one}@{other}@api.contoso.com/\u001b[31m?key={one}");

        Assert.DoesNotContain(one, message, StringComparison.Ordinal);
        Assert.DoesNotContain(other, message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain(one, Refusal($"\\\\host?key={one}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/cart;jsessionid=0A1B2C3D4E/items", "/cart;jsessionid=***/items")]
    [InlineData("/a;v=1.1;token=k123;x=y", "/a;v=1.1;token=***;x=y")]
    [InlineData("/reports;from=2024;to=2025", "/reports;from=2024;to=2025")]
    [InlineData("/a;jsessionid", "/a;jsessionid")]
    public void A_session_in_the_path_is_not_printed(string path, string shown) =>
        Assert.Equal("https://api.contoso.com" + shown, RequestAddress.Printable(new Uri("https://api.contoso.com" + path)));

    [Fact]
    public void A_printed_address_has_no_query_values_and_no_secrets()
    {
        var secret = new Secret(TestTokens.TokenText());

        var printed = RequestAddress.Printable(new Uri($"https://api.contoso.com/{secret.Reveal()}/users?key=hidden&flag&sig=a=b"));

        Assert.Equal($"https://api.contoso.com/{LiveSecrets.Mark}/users?key=…&…&sig=…", printed);
        GC.KeepAlive(secret);
    }

    private static string Refusal(string text)
    {
        var error = Assert.Throws<BearerRequestException>(() => RequestAddress.Resolve(text, s_base));
        return error.Message + error.NextStep;
    }
}
