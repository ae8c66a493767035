using System.Text;
using System.Xml;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Running;

public sealed class ResponseFormatTests
{
    private const int Most = 100_000;

    [Theory]
    [InlineData("application/xml")]
    [InlineData("application/vnd.api+xml")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task XML_is_a_document_whatever_it_is_called(string? type)
    {
        var document = Assert.IsType<XmlDocument>(await OneAsync("<a><b>1</b></a>", type));

        Assert.Equal("<a><b>1</b></a>", document.OuterXml);
    }

    [Theory]
    [InlineData("<a>1")]
    [InlineData("<!DOCTYPE html><p>one<br>two")]
    [InlineData("""<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>""")]
    public async Task What_only_looks_like_XML_is_text_and_no_entity_is_followed(string text) => Assert.Equal(text, await OneAsync(text, "application/xml"));

    [Theory]
    [InlineData("<?xml version=\"1.0-\"?><a/>")]
    [InlineData("<?xml version=\"1.0-\"?><rdf/>")]
    public async Task A_declaration_that_no_document_can_have_makes_it_text(string text) => Assert.Equal(text, await OneAsync(text, "application/xml"));

    [Fact]
    public async Task A_feed_comes_as_its_items()
    {
        var items = await RowsAsync("<rss><channel><item><t>1</t></item><x/><item><t>2</t></item></channel></rss>", "application/rss+xml");

        Assert.Equal(["<item><t>1</t></item>", "<item><t>2</t></item>"], items.Rows().Select(row => ((XmlElement)row!).OuterXml));
    }

    [Fact]
    public async Task A_feed_that_breaks_off_is_its_items_and_an_error()
    {
        var items = await RowsAsync("<feed><entry>1</entry><entry>2</feed>", "application/atom+xml");

        Assert.Equal([RunItemKind.Row, RunItemKind.Failure], items.Select(item => item.Kind));
        Assert.Equal("InvalidXml", Failure(items[1]).ErrorId);
    }

    [Fact]
    public async Task A_feed_is_one_list_where_lists_are_not_enumerated()
    {
        var rows = (await RowsAsync("<feed><entry>1</entry><entry>2</entry></feed>", null, new JsonReadOptions { NoEnumerate = true })).Rows();

        Assert.Equal(2, Assert.IsType<object?[]>(Assert.Single(rows)).Length);
    }

    [Fact]
    public async Task A_page_with_many_elements_that_nothing_ends_is_text()
    {
        var page = $"<html><body>{string.Concat(Enumerable.Repeat("<p>a ", 2000))}</body></html>";

        Assert.Equal(page, Assert.Single((await RowsAsync(page, "text/html")).Rows()));
    }

    [Theory]
    [InlineData("<a>{0}</a>")]
    [InlineData("<rss><item>{0}</item></rss>")]
    public async Task XML_without_end_to_its_depth_is_an_error(string around)
    {
        var nested = string.Concat(Enumerable.Repeat("<b>", 100_000)) + string.Concat(Enumerable.Repeat("</b>", 100_000));

        var error = Failure(Assert.Single(await RowsAsync(around.Replace("{0}", nested, StringComparison.Ordinal), "application/xml")));

        Assert.Equal("XmlTooDeep", error.ErrorId);
        Assert.Contains("-Depth", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("text/html")]
    [InlineData(null)]
    public async Task JSON_is_its_rows_whatever_it_is_called(string? type) =>
        Assert.Equal(["""{"id":1}""", """{"id":2}"""], (await RowsAsync("""[{"id":1},{"id":2}]""", type)).Rows());

    [Theory]
    [InlineData(" 42", true)]
    [InlineData(" -1.5e3\n", true)]
    [InlineData("true\n", true)]
    [InlineData(" \"quoted\"", true)]
    [InlineData("truth", false)]
    [InlineData("007", false)]
    [InlineData("2024-03-01 it began", false)]
    [InlineData("{\"id\":1} and more", false)]
    [InlineData("[2024-03-01] it began", false)]
    // The rows' text is without the spaces around it.
    public async Task A_text_is_a_JSON_value_if_all_of_it_is(string text, bool isJson)
    {
        var row = await OneAsync(text, "text/plain");

        Assert.Equal(isJson, !Equals(text, row));
    }

    [Fact]
    public async Task A_fault_of_another_kind_in_JSON_is_an_error_also_where_it_is_not_called_JSON() =>
        Assert.Equal("ItemsPathNotFound", Failure(Assert.Single(await RowsAsync("""{"id":1}""", "text/plain", new JsonReadOptions { ItemsPath = "value" }))).ErrorId);

    [Theory]
    [InlineData("application/json", """{"error":{"message":"backend down"}}""")]
    [InlineData("application/json", """{"error":"backend down","items":null,"x":1}""", "rows")]
    [InlineData("application/json", """{"data":null,"errors":[{"message":"backend down"}]}""", "data.rows")]
    [InlineData("application/json", """{"fault":{"message":"backend down"}}""")]
    [InlineData("text/plain", """{"error":{"message":"backend down"}}""")]
    [InlineData("application/json", "\uFEFF{\"error\":{\"message\":\"backend down\"}}")]
    [InlineData("application/json", "{\"data\":{\"items\":[1]}}\n{\"data\":{},\"error\":\"backend down\"}\n{\"data\":{\"items\":[2]}}", "data.items")]
    [InlineData("application/x-ndjson", "{\"items\":[1]}\n{\"error\":{\"message\":\"backend down\"}}\n")]
    public async Task An_error_in_the_place_of_the_objects_is_quoted(string type, string body, string path = "items")
    {
        var error = Failure((await RowsAsync(body, type, new JsonReadOptions { ItemsPath = path }))[^1]);

        Assert.Equal("ItemsPathNotFound", error.ErrorId);
        Assert.Contains("The response is an error: backend down. The response does not contain", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Correct what the error names", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":null,"x":1}""")]
    [InlineData("""{"errors":[],"x":1}""")]
    [InlineData("""{"error":0,"message":"fine"}""")]
    [InlineData("""{"error":false,"fault":{}}""")]
    public async Task A_member_that_says_that_there_is_no_error_is_not(string body)
    {
        var error = Failure((await RowsAsync(body, "application/json", new JsonReadOptions { ItemsPath = "items" }))[^1]);

        Assert.StartsWith("With -ItemsPath, pass a path", error.NextStep, StringComparison.Ordinal);
    }

    public static TheoryData<string?, byte[], string> Encoded() => new()
    {
        { "text/plain; charset=iso-8859-1", Encoding.Latin1.GetBytes("Café"), "Café" },
        { "text/plain; charset=\"utf-16\"", Encoding.Unicode.GetBytes("Café"), "Café" },
        { "text/plain; charset=klingon", Encoding.UTF8.GetBytes("Café"), "Café" },
        { "text/plain; charset=iso-8859-1", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("Café")], "Café" },
        { "text/plain", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("Café")], "Café" },
        { "text/plain; charset=iso-8859-1", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("Café")], "Café" },
        { "text/plain", [.. Utf32BigEndian.Preamble, .. Utf32BigEndian.GetBytes("Café")], "Café" },
        { "text/plain", [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("Café")], "Café" },
        { "text/html", Encoding.Latin1.GetBytes("<meta charset=iso-8859-1>Café"), "<meta charset=iso-8859-1>Café" },
        { "text/html", Encoding.Latin1.GetBytes("<meta http-equiv=x content='text/html; charset=iso-8859-1'>Café"), "<meta http-equiv=x content='text/html; charset=iso-8859-1'>Café" },
        { "text/html; charset=utf-8", Encoding.UTF8.GetBytes("<meta charset=iso-8859-1>Café"), "<meta charset=iso-8859-1>Café" },
        { "text/html", Encoding.UTF8.GetBytes("<meta charset=utf-16>Café"), "<meta charset=utf-16>Café" },
    };

    private static UTF32Encoding Utf32BigEndian { get; } = new(bigEndian: true, byteOrderMark: true);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain; charset=windows-1252")]
    [InlineData("application/x-ndjson; charset=iso-8859-1")]
    public async Task A_byte_order_mark_takes_precedence_over_the_charset_of_JSON(string type)
    {
        foreach (var encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Utf32BigEndian })
        {
            byte[] body = [.. encoding.Preamble, .. encoding.GetBytes("{\"a\":\"é\"}")];
            foreach (var first in new[] { 1, 2, 3, body.Length })
            {
                await using var server = await OddServer.StartAsync(async http =>
                {
                    http.Response.ContentType = type;
                    await http.Response.Body.WriteAsync(body.AsMemory(0, first));
                    await http.Response.Body.FlushAsync();
                    await http.Response.Body.WriteAsync(body.AsMemory(first));
                });
                Assert.Equal("{\"a\":\"\\u00e9\"}", Assert.Single((await RunAsync(server, JsonReadOptions.Default)).Rows()));
            }
        }
    }

    [Fact]
    public async Task XML_in_any_UTF_is_a_document()
    {
        foreach (var encoding in new Encoding[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Utf32BigEndian })
        {
            await using var server = await OddServer.StartAsync(http => BytesAsync(http, [.. encoding.Preamble, .. encoding.GetBytes("<a>é</a>")], "application/xml"));
            Assert.Equal("é", Assert.IsType<XmlDocument>(Assert.Single((await RunAsync(server, JsonReadOptions.Default)).Rows())).InnerText);
        }
    }

    [Theory]
    [MemberData(nameof(Encoded))]
    public async Task A_text_is_read_in_the_encoding_that_its_mark_its_type_or_itself_says(string? type, byte[] body, string text)
    {
        await using var server = await OddServer.StartAsync(http => BytesAsync(http, body, type));

        Assert.Equal(text, Assert.Single((await RunAsync(server, JsonReadOptions.Default)).Rows()));
    }

    [Theory]
    [InlineData("gzip", "text/plain")]
    [InlineData("br", "application/octet-stream")]
    [InlineData("deflate", "application/xml")]
    [InlineData("br", "application/json")]
    public async Task A_response_that_decompresses_to_more_than_is_allowed_is_an_error_that_names_OutFile(string encoding, string type)
    {
        await using var sandbox = await SandboxRoute.OpenAsync();
        var kind = type switch { "application/json" => "json", "application/xml" => "xml", "application/octet-stream" => "bytes", _ => "text" };

        var items = await RunAsync(sandbox.Sender, sandbox.Get($"api/bomb/{encoding}?kind={kind}&mb=64"), new JsonReadOptions { MaximumRowBytes = Most });

        var error = Failure(items[^1]);
        Assert.Equal(kind == "json" ? "JsonRowTooLarge" : "ResponseTooLarge", error.ErrorId);
        Assert.Contains("-OutFile", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("-MaximumObjectBytes", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_of_its_length_is_held_against_the_bound_at_once()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.ContentType = "text/plain";
            http.Response.ContentLength = Most + 1;
            return http.Response.Body.FlushAsync();
        });

        Assert.Equal("ResponseTooLarge", Failure(Assert.Single(await RunAsync(server, new JsonReadOptions { MaximumRowBytes = Most }))).ErrorId);
    }

    [Fact]
    public async Task A_response_of_exactly_the_allowed_size_is_read()
    {
        await using var server = await OddServer.StartAsync(http => BytesAsync(http, new byte[Most], "application/octet-stream"));

        Assert.Equal(Most, ((byte[])Assert.Single((await RunAsync(server, new JsonReadOptions { MaximumRowBytes = Most })).Rows())!).Length);
    }

    private static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);

    private static Task BytesAsync(HttpContext http, byte[] body, string? type)
    {
        http.Response.ContentType = type;
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    private static async Task<object?> OneAsync(string text, string? type) => Assert.Single((await RowsAsync(text, type)).Rows());

    private static async Task<List<RunItem>> RowsAsync(string text, string? type, JsonReadOptions? options = null)
    {
        await using var server = await OddServer.StartAsync(http => BytesAsync(http, Encoding.UTF8.GetBytes(text), type));
        return await RunAsync(server, options ?? JsonReadOptions.Default);
    }

    private static async Task<List<RunItem>> RunAsync(OddServer server, JsonReadOptions options)
    {
        using var wire = new Http.Wire();
        return await RunAsync(wire.Sender, new RequestTemplate { Method = HttpMethod.Get, Address = server.At("/"), CarriesToken = false }, options);
    }

    private static async Task<List<RunItem>> RunAsync(IRequestHandler sender, RequestTemplate template, JsonReadOptions options)
    {
        var run = new RequestRun(sender, _ => new TextRows(), options);
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync([new RequestJob(run, template)]).Soon();
    }
}
