using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class HtmlPageTests
{
    [Theory]
    [InlineData("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>nginx</body>", "502 Bad Gateway nginx")]
    [InlineData("<title>Blocked</title><style>p{}</style><script>go('<p>')</script><p>Access&nbsp;to &lt;x&gt;\n denied", "Blocked: Access to <x> denied")]
    [InlineData("<!-- <p>hidden</p> --><p>shown</p>", "shown")]
    [InlineData("<TITLE>only</TITLE>", "only")]
    [InlineData("<p>a</p><script>never ends", "a")]
    [InlineData("<html><body></body></html>", null)]
    [InlineData("<", null)]
    public void Its_title_and_first_text_are_found(string page, string? text) => Assert.Equal(text, HtmlPage.TextOf(page));

    [Fact]
    public void A_long_page_is_quoted_by_its_beginning()
    {
        var text = HtmlPage.TextOf($"<title>{new string('t', 500)}</title><p>{string.Concat(Enumerable.Repeat("word ", 50_000))}")!;

        Assert.StartsWith("ttt", text, StringComparison.Ordinal);
        Assert.Contains("word word", text, StringComparison.Ordinal);
        Assert.True(text.Length < 500);
    }

    [Fact]
    public void The_end_of_a_page_that_was_cut_is_not_shown()
    {
        Assert.Equal("Blocked", HtmlPage.TextOf("<title>Blocked</title><p>half of a secr", isCut: true));
        Assert.Equal("Blocked", HtmlPage.TextOf($"<title>Blocked</title><!--{new string('x', 65_480)}--><p>{new string('s', 1000)}"));
    }
}
