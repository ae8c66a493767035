using BearerTools.Diagnostics;
using BearerTools.Running;
using BearerTools.Running.Paging;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Running.Paging;

public sealed class PageFormTests : PagingBench
{
    private const string First = """{"items":[1],"next":"/2"}""";

    public static TheoryData<string, int, string?, string> FaultyPages => new()
    {
        { "PageWithoutContent", 200, "application/json", "" },
        { "PageWithoutContent", 200, "application/json", " \n" },
        { "PageWithoutContent", 200, null, "" },
        { "PageTypeChanged", 200, "text/plain", "maintenance" },
        { "PageTypeChanged", 200, "application/xml", "<error/>" },
        { "PageTypeChanged", 200, "application/octet-stream", "\u0001" },
    };

    [Theory]
    [MemberData(nameof(FaultyPages))]
    public async Task A_later_page_that_is_none_of_the_list_is_an_error(string errorId, int status, string? type, string body)
    {
        await using var server = await ServerAsync(First, "application/json", status, type, body);
        foreach (var rule in new PageRule[] { Links, new LinkRule(false, ["next"]), new CursorRule("next", "c") })
        {
            var items = await RunAsync(Run("items"), rule, Template(server));

            Assert.Equal(["1"], items.Rows());
            var error = Failure(items);
            Assert.Equal(errorId, error.ErrorId);
            Assert.StartsWith("Page 2: GET ", error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.NextStep);
        }
    }

    [Fact]
    public async Task An_HTML_page_in_a_list_of_JSON_is_an_error_and_no_object()
    {
        await using var server = await ServerAsync("[1]", "application/json", 200, "text/html", "<html><title>Maintenance</title></html>");

        var items = await RunAsync(Run(), Links, Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.Equal("PageTypeChanged", Failure(items).ErrorId);
    }

    [Fact]
    public async Task A_page_without_content_that_has_a_link_is_an_error_too()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            var number = int.Parse(http.Request.Query["p"].FirstOrDefault() ?? "1", null);
            if (number < 3) http.Response.Headers.Link = $"</?p={number + 1}>; rel=next";
            return OddServer.TextAsync(http, number == 2 ? "" : $"[{number}]", "application/json");
        });

        var items = await RunAsync(Run(), Links, Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.Equal("PageWithoutContent", Failure(items).ErrorId);
    }

    [Theory]
    [InlineData("application/atom+xml", "<feed/>", 200, "application/xml", "<feed/>")]
    [InlineData("application/x-ndjson", "1\n", 200, "application/x-ndjson", "")]
    [InlineData("text/html", "<p>1</p>", 200, "text/html", "<p>2</p>")]
    [InlineData("text/plain", "one", 200, "text/plain", "")]
    [InlineData("application/json", "", 200, "application/json", "")]
    [InlineData("application/json", "[1]", 200, "text/plain", "[2]")]
    [InlineData("text/plain", "7", 200, "text/plain", "seven")]
    public async Task Pages_of_one_kind_are_a_list(string firstType, string first, int status, string type, string second)
    {
        await using var server = await ServerAsync(first, firstType, status, type, second);

        var items = await RunAsync(Run(), Links, Template(server));

        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_status_without_content_ends_a_list_with_a_warning()
    {
        await using var server = await ServerAsync(First, "application/json", 204, null, "");

        var items = await RunAsync(Run("items"), new CursorRule("next", "c"), Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Contains(items, item => item.Value is PageSaysEmpty { Page: 2, StatusCode: 204 });
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task Where_the_client_counts_a_page_without_content_is_the_end(int status)
    {
        await using var server = await ServerAsync("[1]", "application/json", status, null, "");

        var items = await RunAsync(Run(), new CountRule("p", PageCount.Pages), Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.All(items, item => Assert.False(item.Kind is RunItemKind.Failure || item.Value is PageSaysEmpty));
    }

    [Theory]
    [InlineData("""{"items":[1],"has_more":true}""", "'has_more' says")]
    [InlineData("""{"items":[1],"next":null,"meta":{"hasMore":true}}""", "'meta.hasMore' says")]
    [InlineData("""{"items":[1],"isLast":false}""", "'isLast' says")]
    [InlineData("""{"items":[1],"has_more":true,"cursor":"x"}""", "'cursor'")]
    public async Task A_page_that_says_that_there_are_more_and_not_where_is_an_error(string body, string expected)
    {
        await using var server = await OddServer.RespondingAsync(body);

        var items = await RunAsync(Run("items"), new CursorRule("next", "c") { Flags = MoreFlags.Beside("next") }, Template(server));

        Assert.Equal(["1"], items.Rows());
        var error = Failure(items);
        Assert.Equal("NextPageMissing", error.ErrorId);
        Assert.Contains(expected, error.Message + error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_says_that_there_are_no_more_decides_over_another_one()
    {
        await using var server = await OddServer.RespondingAsync("""{"items":[1],"has_more":true,"is_last":true}""");

        var items = await RunAsync(Run("items"), new CursorRule("next", "c") { Flags = MoreFlags.Beside("next") }, Template(server));

        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
    }

    [Fact]
    public async Task An_error_of_a_later_page_says_which_it_is()
    {
        var items = await RunAsync(Run(), Links, Route.Get("api/paged/link?fail=3"));

        var error = Failure(items);
        Assert.StartsWith("Page 3: GET ", error.Message, StringComparison.Ordinal);
        Assert.Equal(500, (int)error.StatusCode!);
        Assert.NotNull(error.Body);
        Assert.NotEmpty(error.Headers);
    }

    /// <summary>A list of two pages; the second has neither a link nor a cursor.</summary>
    private static Task<OddServer> ServerAsync(string first, string firstType, int status, string? type, string second) => OddServer.StartAsync(http =>
    {
        var isSecond = http.Request.Path == "/2" || http.Request.Query.ContainsKey("c") || http.Request.Query["p"] == "2";
        if (!isSecond)
        {
            http.Response.Headers.Link = "</2>; rel=next";
            return OddServer.TextAsync(http, first, firstType);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return second.Length == 0 ? Task.CompletedTask : http.Response.WriteAsync(second);
    });
}
