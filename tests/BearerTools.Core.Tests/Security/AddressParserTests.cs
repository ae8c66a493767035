using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class AddressParserTests
{
    private static readonly Uri[] s_bases = [new("https://api.example.com/v1/"), new("file:///a"), new("urn:a:b")];

    /// <summary>For each, some version of the runtime throws an untyped exception, at the latest when a member of the address is read.</summary>
    [Theory]
    [InlineData("//\u202E")]
    [InlineData("//\u200E/1?x=%20")]
    [InlineData("//\u202A:1234")]
    [InlineData("/\\\u202D")]
    [InlineData("\\\\\u202C")]
    [InlineData("file://\u202E")]
    [InlineData("file://\u200F/x")]
    [InlineData("\n/\u202D")]
    [InlineData("\t/\u00E9")]
    [InlineData(" file:///\u2066")]
    [InlineData("\r/\u05D0?a#b")]
    public void No_text_throws(string text)
    {
        foreach (var kind in (UriKind[])[UriKind.Absolute, UriKind.Relative, UriKind.RelativeOrAbsolute])
        {
            if (AddressParser.TryParse(text, kind, out var parsed)) Read(parsed);
            else Assert.Null(parsed);
        }

        foreach (var place in s_bases)
        {
            if (AddressParser.TryResolve(place, text, out var resolved)) Read(resolved);
            else Assert.Null(resolved);
        }
    }

    [Theory]
    [InlineData("//\u202E/1?x=%20")]
    [InlineData("https://\u202E./")]
    public void A_reference_without_a_host_name_has_no_origin(string text) =>
        Assert.False(AddressParser.TryResolve(s_bases[0], text, out var address) && Origin.TryOf(address, out _));

    [Theory]
    [InlineData("../x?y", "https://api.example.com/x?y")]
    [InlineData("//other.example.com", "https://other.example.com/")]
    [InlineData("https://other.example.com/\u202Ea", "https://other.example.com/%E2%80%AEa")]
    public void Others_are_resolved_as_the_runtime_does(string text, string expected)
    {
        Assert.True(AddressParser.TryResolve(s_bases[0], text, out var address));
        Assert.Equal(expected, address.AbsoluteUri);
    }

    [Fact]
    public void Parts_that_are_no_address_are_none()
    {
        Assert.False(AddressParser.TryBuild(new UriBuilder("https", ".example.com", 443), out _));
        Assert.True(AddressParser.TryBuild(new UriBuilder("https", "api.example.com", 443), out _));
    }

    private static void Read(Uri address)
    {
        if (address.IsAbsoluteUri) _ = (address.AbsoluteUri, address.Host, address.PathAndQuery, address.LocalPath, address.Fragment, address.GetHashCode(), Origin.TryOf(address, out _));
        else _ = address.ToString();
    }
}
