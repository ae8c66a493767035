using BearerTools.Http.Bodies;
using BearerTools.Running.Paging;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Paging;

public sealed class PageFaultTests : PagingBench
{
    [Fact]
    public async Task A_page_that_fails_is_an_error_after_the_rows_before_it()
    {
        var items = await RunAsync(Run(), Links, Route.Get("api/paged/link?fail=3"), Route.Get("api/items/1"));

        Assert.Equal(Ids(1, 20), items.Rows().Take(20));
        Assert.Equal("HttpStatus500", Failure(items).ErrorId);
        Assert.Equal(21, items.Rows().Count());
    }

    [Fact]
    public async Task A_page_with_invalid_JSON_in_its_middle_ends_after_its_good_rows_and_requests_no_more()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.Path == "/2") return Task.Delay(Timeout.Infinite, http.RequestAborted);
            http.Response.Headers.Link = "</2>; rel=next";
            return OddServer.JsonAsync(http, "[1,2,oops]");
        });

        var items = await RunAsync(Run(), Links, Template(server));

        Assert.Equal(["1", "2"], items.Rows());
        Assert.Equal("InvalidJson", Failure(items).ErrorId);
    }

    [Fact]
    public async Task Pages_that_go_in_a_circle_are_an_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Link = http.Request.Path == "/2" ? "</1>; rel=next" : "</2>; rel=next";
            return OddServer.JsonAsync(http, $"[\"{http.Request.Path}\"]");
        });

        var items = await RunAsync(Run(), Links, Template(server) with { Address = server.At("/1") });

        Assert.Equal(["\"/1\"", "\"/2\""], items.Rows());
        var error = Failure(items);
        Assert.Equal("PageLoop", error.ErrorId);
        Assert.Contains("The page after page 2 (" + server.Address + "/2)", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("https://api\u200d.invalid/x")]
    [InlineData("//\u202E/1?x=%20")]
    [InlineData("\\\\\u200E")]
    [InlineData("https://\u202E./x")]
    public async Task A_next_page_whose_host_has_an_invalid_character_is_an_error(string address)
    {
        var items = await RunAsync(Run("value"), Links, Route.Get($"api/paged/odata?next={Uri.EscapeDataString(address)}"));

        Assert.Equal(Ids(1, 20), items.Rows());
        Assert.Equal("FollowedAddressRefused", Failure(items).ErrorId);
    }

    [Fact]
    public async Task A_link_header_with_an_address_that_cannot_be_read_is_an_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Link = "<https:///x>; rel=next";
            return OddServer.JsonAsync(http, "[1]");
        });

        var items = await RunAsync(Run(), Links, Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.Equal("FollowedAddressRefused", Failure(items).ErrorId);
    }

    [Fact]
    public async Task A_server_that_ignores_the_counter_is_an_error()
    {
        var items = await RunAsync(Run(), new CountRule("nosuch", PageCount.Pages), Route.Get("api/paged/page"));

        Assert.Equal("PageRepeats", Failure(items).ErrorId);
        Assert.True(Route.Server.Stats.ArrivalsById.Values.Sum() <= 3);
    }

    [Theory]
    [InlineData("http://192.0.2.1/x", "UnencryptedAuthentication")]
    [InlineData("https://api.invalid/x", "OriginNotAllowed")]
    [InlineData("//api.invalid/x", "UnencryptedAuthentication")]
    [InlineData("ftp://api.invalid/x", "FollowedAddressRefused")]
    [InlineData("https://me:secret@api.invalid/x", "FollowedAddressRefused")]
    public async Task A_next_page_at_an_origin_that_the_token_is_not_for_is_an_error(string next, string errorId)
    {
        var items = await RunAsync(Run(), Links, Route.Get($"api/paged/link?next={Uri.EscapeDataString(next)}"));

        Assert.Equal(Ids(1, 20), items.Rows());
        var error = Failure(items);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.DoesNotContain("secret", Wire.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_gets_no_second_page()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Link = "</2>; rel=next";
            return OddServer.JsonAsync(http, "[1]");
        });
        using var body = new ForwardOnlyStream("once"u8.ToArray());

        var items = await RunAsync(Run(), Links, Wire.Post(server.At("/"), new StreamBody(body, null)) with { CarriesToken = false });

        Assert.Equal(["1"], items.Rows());
        Assert.Equal("BodyNotReplayable", Failure(items).ErrorId);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""{"value":[1],"next":{"href":"/2"}}""")]
    [InlineData("""{"value":[1],"next":["/2"]}""")]
    [InlineData("""{"value":[1],"next":true}""")]
    public async Task A_next_link_that_is_no_text_is_an_error(string json)
    {
        await using var server = await OddServer.RespondingAsync(json);
        var items = await RunAsync(Run("value"), new LinkRule(false, ["next"]), Template(server));

        Assert.Equal(["1"], items.Rows());
        Assert.Equal("NextPageNotText", Failure(items).ErrorId);
    }

    [Fact]
    public async Task A_page_that_should_have_a_link_in_its_JSON_and_is_no_JSON_is_an_error()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.TextAsync(http, "<html>please log in</html>", "text/html"));
        Assert.Equal("PageNotJson", Failure(await RunAsync(Run(), new LinkRule(false, ["next"]), Template(server))).ErrorId);
        Assert.Equal("PageNotJson", Failure(await RunAsync(Run(), new CursorRule("next", "after"), Template(server))).ErrorId);
        Assert.Equal("PageNotCounted", Failure(await RunAsync(Run(), new CountRule("page", PageCount.Pages), Template(server))).ErrorId);
    }

    [Fact]
    public async Task Items_of_an_object_cannot_be_counted()
    {
        await using var server = await OddServer.RespondingAsync("""{"items":[1]}""");
        Assert.Equal("PageNotCounted", Failure(await RunAsync(Run(), new CountRule("page", PageCount.Pages), Template(server))).ErrorId);
        Assert.Single(server.Requests);
    }

    private sealed class ForwardOnlyStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
