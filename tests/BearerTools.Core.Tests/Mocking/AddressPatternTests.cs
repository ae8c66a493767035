using BearerTools.Mocking;

namespace BearerTools.Tests.Mocking;

public sealed class AddressPatternTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/v1/");

    [Theory]
    [InlineData("/orders/{id}", "/v1/orders/a%20b", "a b")]
    [InlineData("orders/{id}/", "/v1/orders/7", "7")]
    [InlineData("https://api.contoso.com/v2/{id}", "/v2/x", "x")]
    [InlineData("/files/{id}/**", "/v1/files/7/a/b", "7")]
    [InlineData("/files/{id}/**", "/v1/files/7", "7")]
    public void Matches_and_names_parts(string pattern, string path, string id) =>
        Assert.Equal(id, AddressPattern.Parse(pattern, s_base).Match(new Uri(s_base, path))!["ID"]);

    [Theory]
    [InlineData("/orders/{id}", "/v1/orders")]
    [InlineData("/orders/{id}", "/v1/orders/7/items")]
    [InlineData("/orders", "/v1/Orders")]
    [InlineData("/files/**", "/v1/file")]
    public void Does_not_match_other_paths(string pattern, string path) =>
        Assert.Null(AddressPattern.Parse(pattern, s_base).Match(new Uri(s_base, path)));

    [Theory]
    [InlineData("/orders/{id}", "/orders/7", true, true)]
    [InlineData("/orders/7", "/orders/{id}", false, true)]
    [InlineData("/**", "/orders/{id}", true, true)]
    [InlineData("/orders/{id}", "/**", false, true)]
    [InlineData("/orders/7", "/orders/8", false, false)]
    [InlineData("/a/{b}", "/{a}/b", false, true)]
    [InlineData("/a", "/a/b", false, false)]
    public void Knows_what_it_covers_and_overlaps(string one, string other, bool covers, bool overlaps)
    {
        var (left, right) = (AddressPattern.Parse(one, s_base), AddressPattern.Parse(other, s_base));

        Assert.Equal(covers, left.Covers(right));
        Assert.Equal(overlaps, left.Overlaps(right));
    }
}
