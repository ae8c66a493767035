using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

/// <summary>What a server says about a failure, in the formats that APIs have.</summary>
public sealed class ServerWordsTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData("""{"error":"invalid_token","error_description":"It ended."}""", "invalid_token: It ended.")]
    [InlineData("""{"error":{"code":"Denied","message":"Not you."}}""", "Denied: Not you.")]
    [InlineData("""{"errors":[{"message":"First."},{"message":"Second."}]}""", "First.; Second.")]
    [InlineData("""{"message":"Plain."}""", "Plain.")]
    [InlineData("""{"error":"odd"}""", "odd")]
    [InlineData("""{"title":"Bad"}""", "Bad")]
    [InlineData("""["Just words."]""", "Just words.")]
    [InlineData("""{"code":7}""", """{"code":7}""")]
    [InlineData("""{"broken":""", """{"broken":""")]
    [InlineData("Words of a server.", "Words of a server.")]
    [InlineData("""{"title":"Not valid","detail":"The user cannot be saved."}""", "Not valid: The user cannot be saved.")]
    [InlineData("""{"title":"bad request","detail":"The user cannot be saved."}""", "The user cannot be saved.")]
    [InlineData("""{"title":"Not valid","detail":"No.","errors":{"name":["is required","is short"],"age":"is 0"}}""", "Not valid: No. (name: is required; name: is short; age: is 0)")]
    [InlineData("""{"title":"Not valid","errors":{"name":["is required"]}}""", "Not valid: name: is required")]
    [InlineData("""{"title":"Not valid","errors":[{"field":"name","message":"is required","code":"r"},{"field":"age","code":"range"}]}""", "Not valid: name: is required; age: range")]
    [InlineData("""{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"}]}""", "Validation Failed (Issue.title: missing_field)")]
    [InlineData("""{"errors":[{"title":"Invalid","detail":"is too short","source":{"pointer":"/data/attributes/name"}}]}""", "/data/attributes/name: Invalid: is too short")]
    [InlineData("""{"errors":[{"title":"Invalid Attribute","detail":"must be set","source":{"pointer":"/data/a"}},{"title":"Gone","detail":"Gone since May"}]}""", "/data/a: Invalid Attribute: must be set; Gone since May")]
    [InlineData("""{"error":{"message":"Invalid table foo","detail":"no such table"},"status":"failure"}""", "Invalid table foo: no such table")]
    [InlineData("""{"errorMessages":["The issue is locked"],"errors":{"summary":"You must specify one"}}""", "The issue is locked; summary: You must specify one")]
    [InlineData("""{"errorMessages":["There is no such issue"],"errors":{}}""", "There is no such issue")]
    [InlineData("""{"message":{"name":["has already been taken"],"path":["is short","is odd"]}}""", "name: has already been taken; path: is short; path: is odd")]
    [InlineData("""{"statusCode":400,"message":["name must be set","age must be a number"],"error":"Bad Request"}""", "name must be set; age must be a number")]
    [InlineData("""{"status":400,"error":"Bad Request","message":"No such order"}""", "No such order")]
    [InlineData("""{"error":{"code":"-1","message":{"lang":"en-US","value":"There is no such list."}}}""", "-1: There is no such list.")]
    [InlineData("""{"detail":{"code":"locked","message":"The order is locked"}}""", "The order is locked")]
    [InlineData("""{"message":"Not saved","detail":"Not saved: the name is taken"}""", "Not saved: the name is taken")]
    [InlineData("""{"message":"The name is taken.","errors":["name is taken"]}""", "The name is taken.")]
    [InlineData("""{"title":"One or more validation errors occurred.","errors":{"Name":["Required."]}}""", "One or more validation errors occurred: Name: Required.")]
    [InlineData("""{"title":"Not found!","detail":"Order 7"}""", "Not found! Order 7")]
    [InlineData("""{"error":{"code":400,"message":"Invalid","status":"INVALID_ARGUMENT","details":[{"@type":"x/BadRequest","fieldViolations":[{"field":"user.age","description":"is negative"}]}]}}""", "Invalid (user.age: is negative)")]
    [InlineData("""{"error":{"code":"BadRequest","message":"Invalid","innerError":{"code":"PropertyMissing","request-id":"1"}}}""", "BadRequest: Invalid (PropertyMissing)")]
    [InlineData("""{"error":{"code":"BadRequest","message":"Invalid","details":[{"code":"c","target":"name","message":"is required"}]}}""", "BadRequest: Invalid (name: is required)")]
    [InlineData("""{"detail":[{"loc":["body","age",0],"msg":"is no number","type":"int"}]}""", "body.age.0: is no number")]
    [InlineData("""{"name":["is required"],"age":["is 0"]}""", "name: is required; age: is 0")]
    [InlineData("""{"errors":["is required","is short"]}""", "is required; is short")]
    [InlineData("""{"errors":{"line_items":[{"quantity":["must be > 0"]}],"base":["bad"]}}""", "line_items.quantity: must be > 0; base: bad")]
    [InlineData("""{"errors":[{"quantity":["must be > 0"],"name":["is odd"]}]}""", "quantity: must be > 0; name: is odd")]
    [InlineData("""{"site":["is required"],"device_type":{"slug":["is odd"]}}""", "site: is required; device_type.slug: is odd")]
    [InlineData("""{"errors":{"items":[{"id":"7","sku":"x","price":{"amount":["is 0"]}}]}}""", "items.price.amount: is 0")]
    [InlineData("""{"status":"error","data":{"reason":"The account is locked"}}""", "The account is locked")]
    [InlineData("""{"msg":"Not saved","errors":{"name":["is odd"]}}""", "Not saved (name: is odd)")]
    [InlineData("""{"message":"No.","errors":["No."]}""", "No.")]
    [InlineData("""{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorCauses":[]}""", "E0000011: Invalid token provided")]
    [InlineData("""[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]""", "INVALID_SESSION_ID: Session expired or invalid")]
    [InlineData("""{"error_type":"NOT_FOUND","messages":[{"id":"x.notfound","default_message":"There is no such machine.","args":[]}]}""", "There is no such machine.")]
    [InlineData("""{"errors":{"a":[{"b":[{"c":["bad"]}]}]}}""", "a.b.c: bad")]
    [InlineData("""{"errors":{"order":{"lines":[{"product":{"sku":["unknown"]}}]}}}""", "order.lines.product.sku: unknown")]
    [InlineData("""{"errors":{"address":{"message":"bad address","zip":["too short"]}}}""", "address: bad address; address.zip: too short")]
    [InlineData("""{"kind":"Status","message":"Pod x is invalid","details":{"name":"x","kind":"Pod","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.a"}]}}""", "Pod x is invalid (spec.a: Required value)")]
    [InlineData("""{"kind":"Status","message":"There is no pod x","reason":"NotFound","details":{"name":"x","kind":"pods"},"code":404}""", "There is no pod x")]
    [InlineData("""{"messages":{"name":{"required":"Name required"}}}""", "name.required: Name required")]
    [InlineData("""{"site":[{"slug":["Invalid"]}]}""", "site.slug: Invalid")]
    [InlineData("""[{},{"name":["required"]}]""", "name: required")]
    [InlineData("   ", null)]
    [InlineData("", null)]
    public async Task The_servers_message_for_users_is_found(string body, string? words)
    {
        await using var server = await OddServer.RespondingAsync(body, 400);

        Assert.Equal(words, (await _wire.FailAsync(server.At("/"))).Details);
    }

    [Fact]
    public async Task Errors_of_fields_are_bounded_and_without_control_characters()
    {
        var many = string.Join(',', Enumerable.Range(0, 5000).Select(n => $$"""{"field":"f{{n}}","message":"\u001b[31mred\u0007"}"""));
        await using var server = await OddServer.RespondingAsync($$"""{"errors":[{{string.Join(',', many.Split(',').Take(2400))}}]}""", 400);

        var words = (await _wire.FailAsync(server.At("/"))).Details!;

        Assert.StartsWith("f0: [31mred; f1: [31mred", words, StringComparison.Ordinal);
        Assert.DoesNotContain("f10", words, StringComparison.Ordinal);
        Assert.EndsWith("; and 990 more", words, StringComparison.Ordinal);
        Assert.DoesNotContain(words, char.IsControl);
    }

    [Fact]
    public async Task A_deep_body_is_searched_in_time()
    {
        var inner = $$"""{"e":[{{string.Join(',', Enumerable.Repeat("[]", 15_000))}}]}""";
        var body = string.Concat(Enumerable.Repeat("""{"errors":""", 50)) + inner + new string('}', 50);
        await using var server = await OddServer.RespondingAsync(body, 400);

        Assert.Equal(400, (int?)(await _wire.FailAsync(server.At("/")).Soon()).StatusCode);
    }

    [Fact]
    public async Task A_page_of_html_is_quoted()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.TextAsync(http, "<html><h1>Oops</h1></html>", "text/html", 500));

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal($"GET {server.Address}/: 500 Internal Server Error: a page that says \"Oops\"", error.Message);
        Assert.Equal("a page that says \"Oops\"", error.Details);
        Assert.Equal("<html><h1>Oops</h1></html>", error.Body);
        Assert.Equal(BearerErrorKind.Server, error.Kind);
    }
}
