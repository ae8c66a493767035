using BearerTools.Http;

namespace BearerTools.Tests.Http;

public sealed class LinkHeaderTests
{
    [Theory]
    [InlineData("<b>; rel=next", "b")]
    [InlineData("<b>;rel=\"next\"", "b")]
    [InlineData("<b> ; REL = \"NeXt\" ", "b")]
    [InlineData("<a>; rel=\"prev\", <b>; rel=\"next\"", "b")]
    [InlineData("<a>; rel=prev,<b>; rel=next,<c>; rel=next", "b")]
    [InlineData("<b>; rel=\"start next up\"", "b")]
    [InlineData("<b>; title=\"x\"; rel=next; type=\"text/html\"", "b")]
    [InlineData("<b?x=1,2;3>; rel=next", "b?x=1,2;3")]
    [InlineData("<a>; title=\"one, <x>; rel=next\"; rel=prev, <b>; rel=next", "b")]
    [InlineData("<a>; title=\"say \\\"<x>; rel=next\\\"\"; rel=prev, <b>; rel=\"ne\\xt\"", "b")]
    [InlineData("<a>; rel=prev; rel=next, <b>; rel=next", "b")]
    [InlineData("<a>; anchor=\"/other\"; rel=next, <b>; anchor=\"/here\"; rel=next", "b")]
    [InlineData("<b>; flag; rel=next", "b")]
    [InlineData(", ,<b>; rel=next", "b")]
    [InlineData("<>; rel=next", "")]
    public void The_next_link_is_found(string field, string target) => Assert.Equal(target, Next(field));

    [Theory]
    [InlineData("")]
    [InlineData("<b>")]
    [InlineData("<b>; rel=nextone")]
    [InlineData("<b>; rel=\"next-page\"")]
    [InlineData("<b>; rev=next")]
    [InlineData("<b>; title=\"rel=next\"")]
    [InlineData("<b>; title=\"; rel=next\"")]
    [InlineData("b; rel=next")]
    [InlineData("<b; rel=next")]
    [InlineData("<b>; xrel=next")]
    public void A_field_that_only_resembles_it_is_ignored(string field) => Assert.Null(Next(field));

    [Fact]
    public void It_may_be_in_another_field_of_the_name() => Assert.Equal("b", Next("<a>; rel=prev", "<b>; rel=next"));

    [Fact]
    public void A_header_of_nonsense_is_read_in_a_moment() => Assert.Null(Next("<a>; " + string.Concat(Enumerable.Repeat("x=\"", 20_000))));

    private static string? Next(params string[] fields)
    {
        using var message = new HttpResponseMessage();
        foreach (var field in fields) message.Headers.TryAddWithoutValidation("Link", field);
        using var response = new ApiResponse(message, new RequestTemplate { Method = HttpMethod.Get, Address = new Uri("http://127.0.0.1/here") });
        return LinkHeader.Target(response, "next");
    }
}
