using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class HtmlCommentsTests
{
    [Theory]
    [InlineData("a<!-- x -->b", "ab")]
    [InlineData("a<!-- x --!>b", "ab")]
    [InlineData("a<!-->b", "ab")]
    [InlineData("a<!--->b", "ab")]
    [InlineData("a<!---->b", "ab")]
    [InlineData("a<!-- -- > x --->b", "ab")]
    [InlineData("a<!-- never ends", "a")]
    [InlineData("<script>var a='<!--';</script>b", null)]
    [InlineData("<SCRIPT>var a='<!--';</SCRIPT>b<!-- x -->", "<SCRIPT>var a='<!--';</SCRIPT>b")]
    [InlineData("<script>a='<!--';</script>b<script>c='-->'</script>", null)]
    [InlineData("<p title=\"<!--\">b</p>", null)]
    [InlineData("<p a=b title = '<!-- > '>b</p><!-- x -->", "<p a=b title = '<!-- > '>b</p>")]
    [InlineData("<title><!--</title>b", null)]
    [InlineData("<!doctype html><p>1 < 2 <!-- x --></p>", "<!doctype html><p>1 < 2 </p>")]
    [InlineData("<p title=\"<!--", null)]
    [InlineData("<script>never ends <!--", null)]
    [InlineData("<!--", "")]
    [InlineData("<", null)]
    public void Comments_are_removed_as_browsers_read_them(string page, string? without) =>
        Assert.Equal(without ?? page, HtmlComments.Remove(page));
}
