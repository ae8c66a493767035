using System.Globalization;
using BearerTools.Http;
using BearerTools.Running;
using BearerTools.Running.Paging;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Running.Paging;

public sealed class PagedRequestJobTests : PagingBench
{
    [Fact]
    public async Task Link_headers_are_followed_to_the_end() => Assert.Equal(Ids(1, 25), await RowsAsync(Links, "api/paged/link"));

    [Fact]
    public async Task OData_is_followed_by_its_own_name() => Assert.Equal(Ids(1, 25), await RowsAsync(Links, "api/paged/odata", "value"));

    [Fact]
    public async Task A_link_behind_the_rows_is_followed() =>
        Assert.Equal(Ids(1, 25), await RowsAsync(new LinkRule(false, ["links.next"]), "api/paged/body", "items"));

    [Fact]
    public async Task A_cursor_is_sent_along() => Assert.Equal(Ids(1, 25), await RowsAsync(new CursorRule("meta.cursor", "after"), "api/paged/cursor?x=1", "items"));

    [Theory]
    [InlineData(10, 3)]  // the last page is short
    [InlineData(null, 4)] // only an empty page is the end
    public async Task Offsets_are_counted_on(int? size, int requests)
    {
        Assert.Equal(Ids(1, 25), await RowsAsync(new CountRule("skip", PageCount.Items) { PageSize = size }, "api/paged/offset"));
        Assert.Equal(requests, Route.Server.Stats.ArrivalsById.Values.Sum());
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(25, 1)]
    public async Task The_page_size_is_sent_when_it_has_a_name(int size, int pages)
    {
        var rule = new CountRule("skip", PageCount.Items) { PageSize = size, SizeParameter = "take" };
        Assert.Equal(Ids(1, 25), await RowsAsync(rule, "api/paged/offset"));
        Assert.Equal(pages + 1, Route.Server.Stats.ArrivalsById.Values.Sum());
    }

    [Fact]
    public async Task Pages_are_counted_from_where_the_address_begins()
    {
        var rule = new CountRule("page", PageCount.Pages) { PageSize = 10 };
        Assert.Equal(Ids(11, 25), await RowsAsync(rule, "api/paged/page?page=2"));
        Assert.Equal(Ids(1, 25), await RowsAsync(rule, "api/paged/page"));
    }

    [Fact]
    public async Task A_total_spares_the_empty_page()
    {
        var rule = new CountRule("page", PageCount.Pages) { TotalPath = "total" };
        Assert.Equal(Ids(1, 20), await RowsAsync(rule, "api/paged/counted?total=20", "items"));
        Assert.Equal(2, Route.Server.Stats.ArrivalsById.Values.Sum());
    }

    [Fact]
    public async Task A_server_that_gives_less_than_was_asked_for_does_not_end_a_list_whose_total_is_known()
    {
        var rule = new CountRule("page", PageCount.Pages) { TotalPath = "total", PageSize = 1000 };
        Assert.Equal(Ids(1, 25), await RowsAsync(rule, "api/paged/counted", "items"));
    }

    [Fact]
    public async Task No_more_pages_are_requested_than_the_caller_asked_for()
    {
        Assert.Equal(Ids(1, 20), await RowsAsync(new LinkRule(true, []) { MaxPages = 2 }, "api/paged/link"));
        Assert.Equal(2, Route.Server.Stats.ArrivalsById.Values.Sum());
    }

    [Fact]
    public async Task All_pages_of_an_input_come_before_the_next_input()
    {
        var items = await RunAsync(Run(), Links, Route.Get("api/paged/link?ms=20"), Route.Get("api/users"));
        Assert.Equal(Ids(1, 25), items.Rows().Take(25));
        Assert.Equal(28, items.Rows().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_page_is_requested_before_this_one_has_been_read(bool byHeader)
    {
        var nextIsAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OddServer.StartAsync(async http =>
        {
            if (http.Request.Path == "/2")
            {
                nextIsAsked.SetResult();
                await OddServer.JsonAsync(http, """{"value":[3]}""");
                return;
            }

            http.Response.ContentType = "application/json";
            if (byHeader) http.Response.Headers.Link = "</2>; rel=next";
            await http.Response.WriteAsync(byHeader ? """{"value":[1,""" : """{"@odata.nextLink":"/2","value":[1,""");
            await http.Response.Body.FlushAsync();
            await nextIsAsked.Task.WaitAsync(http.RequestAborted);
            await http.Response.WriteAsync("2]}");
        });

        var items = await RunAsync(Run("value"), Links, Template(server));

        Assert.Equal(["1", "2", "3"], items.Rows());
    }

    [Fact]
    public async Task Another_origin_that_the_token_is_allowed_to_is_followed_with_it()
    {
        await using var other = await OddServer.RespondingAsync("[26]");
        Route.Allow(BearerTools.Security.Origin.Of(Route.Server.Address));
        Route.Allow(BearerTools.Security.Origin.Of(other.At("/")));

        var items = await RunAsync(Run(), Links, Route.Get($"api/paged/link?next={Uri.EscapeDataString(other.Address)}"));

        Assert.Equal([.. Ids(1, 20), "26"], items.Rows());
        Assert.True(Assert.Single(other.Requests).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_relative_link_is_resolved_against_the_address_of_the_response()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.Path == "/") return Wire.Redirecting(() => "/deep/list")(http);
            if (http.Request.Path == "/deep/list") http.Response.Headers.Link = "<more?x=1#frag>; rel=next";
            return OddServer.JsonAsync(http, "[1]");
        });

        await RunAsync(Run(), Links, Template(server));

        Assert.Equal("/deep/more?x=1", server.Requests[^1].Path);
    }

    [Fact]
    public async Task The_next_page_is_asked_for_as_the_first_was()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.Path == "/") http.Response.Headers.Link = "</2>; rel=next";
            return OddServer.JsonAsync(http, "[1]");
        });

        await RunAsync(Run(), Links, Wire.Post(server.At("/")) with { CarriesToken = false, Headers = [new("X-Mine", "1")] });

        var second = server.Requests[1];
        Assert.Equal(("POST", """{"n":1}""", "1"), (second.Method, second.Body, second.Headers["X-Mine"]));
    }

    [Theory]
    [InlineData("""{"value":[1],"next":null}""")]
    [InlineData("""{"value":[1],"next":""}""")]
    [InlineData("""{"value":[1],"next":false}""")]
    [InlineData("""{"value":[1],"deeper":{"next":"/2"}}""")]
    public async Task A_last_page_is_recognized_in_each_format(string json)
    {
        await using var server = await OddServer.RespondingAsync(json);
        Assert.Equal(["1"], (await RunAsync(Run("value"), new LinkRule(false, ["next"]), Template(server))).Rows());
    }

    [Fact]
    public async Task Responses_come_one_a_page_with_their_own_attempts()
    {
        var items = await RunAsync(Run(response: true), Links, Route.Get("api/paged/link"));

        var pages = items.Rows().Cast<BearerResponse>().ToArray();
        Assert.Equal(3, pages.Length);
        Assert.All(pages, page => Assert.Equal(1, page.Attempts));
        Assert.Equal("?at=2", pages[2].Uri!.Query);
    }

    [Fact]
    public async Task A_chain_whose_rows_are_not_consumed_requests_one_page_more_and_no_further()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Link = $"</{int.Parse(http.Request.Path.Value![1..], CultureInfo.InvariantCulture) + 1}>; rel=next";
            return OddServer.JsonAsync(http, $"[{string.Join(',', Enumerable.Range(1, 600))}]");
        });
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new PagedRequestJob(Run()(Links), Links, new RequestTemplate { Method = HttpMethod.Get, Address = server.At("/1"), CarriesToken = false }));

        while (server.Requests.Count < 2) await Task.Delay(5).Soon();
        for (var i = 0; i < 20; i++) await Task.Delay(5);
        Assert.Equal(2, server.Requests.Count);

        runner.Take();
        while (server.Requests.Count < 3) await Task.Delay(5).Soon();
        runner.Cancel();
        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
    }
}
