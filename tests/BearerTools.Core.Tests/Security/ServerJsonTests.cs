using System.Net;
using System.Text;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Http;
using BearerTools.Http.Waiting;
using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class ServerJsonTests
{
    /// <summary>Latin-1 reads one byte as one character: <c>ÿ</c> stands for the byte 0xFF, which is never UTF-8.</summary>
    public static TheoryData<string> Broken => new("\u00ff", """\ud800""", """\udc00\ud800""", """\ud800\u0041""", """\ud800x""", """\uD83D\ud83d""", "\u00c3\\ud800");

    [Theory]
    [MemberData(nameof(Broken))]
    public void Every_text_and_every_name_can_be_read(string broken)
    {
        var json = ServerJson.Parse(Bytes($$"""{"{{broken}}":"{{broken}}","list":["{{broken}}"],"good":"yes"}"""));

        Assert.Equal("yes", json.GetProperty("good").GetString());
        Assert.All(json.EnumerateObject().Take(1), member =>
        {
            Assert.Contains('\uFFFD', member.Name);
            Assert.Contains('\uFFFD', member.Value.GetString()!);
        });
        Assert.Contains('\uFFFD', json.GetProperty("list")[0].GetString()!);
        Assert.False(json.TryGetProperty("none", out _));
    }

    [Theory]
    [InlineData("\"\\ud83d\\ude00\"", "\ud83d\ude00")]
    [InlineData("\"\\\\ud800\"", "\\ud800")]
    [InlineData("\"\\\\\\ud800\"", "\\\uFFFD")]
    [InlineData("\"\\ud800\\ud83d\\ude00\"", "\uFFFD\ud83d\ude00")]
    [InlineData("\"\\u0041é\"", "Aé")]
    public void Valid_text_stays_as_it_is(string json, string text) => Assert.Equal(text, ServerJson.Parse(json).GetString());

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("\"\\u")]
    [InlineData("\"\\ud8")]
    [InlineData("\"\\ud800")]
    [InlineData("\"\\ud800\\")]
    [InlineData("\"\\ud800\\u")]
    [InlineData("{\"a\":\ud800}")]
    public void Text_that_is_not_JSON_is_not_detected_as_JSON(string text) => Assert.Null(ServerJson.TryParse(text));

    [Theory]
    [MemberData(nameof(Broken))]
    public void An_authority_that_refuses_with_broken_text_is_an_error_with_its_status(string broken)
    {
        var error = OAuthErrors.Read(Response(HttpStatusCode.BadRequest, $$"""{"error":"invalid_grant","error_description":"{{broken}}","{{broken}}":1}"""), "ops")!;
        Assert.Equal("InvalidGrant", error.ErrorId);
        Assert.Equal(HttpStatusCode.BadRequest, error.StatusCode);

        var entra = EntraErrors.Read("Entra", Encoding.UTF8.GetString(Bytes($$"""{"error":"invalid_grant","error_description":"{{broken}}"}""")), HttpStatusCode.BadRequest, null)!;
        Assert.Equal(HttpStatusCode.BadRequest, entra.StatusCode);

        var platform = ManagedIdentityErrors.Read("it", Encoding.UTF8.GetString(Bytes($$"""{"error":"{{broken}}"}""")), HttpStatusCode.Forbidden, null);
        Assert.Equal(HttpStatusCode.Forbidden, platform.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_response_whose_names_are_broken_is_a_typed_error(string broken)
    {
        var response = Response(HttpStatusCode.OK, $$"""{"{{broken}}":"{{broken}}"}""");

        Assert.Equal(HttpStatusCode.OK, Assert.Throws<BearerTokenException>(() => DeviceAuthorization.Read(response, DateTimeOffset.UnixEpoch)).StatusCode);
        Assert.Throws<BearerTokenException>(() => new MetadataReader(new Uri("https://login.example.com/")).Read(response.ReadJson()));
        Assert.Contains('\uFFFD', JsonPath.Names(response.ReadJson()));
        Assert.Null(JsonPath.Member(response.ReadJson(), "TOKEN"));
        Assert.Null(JsonPath.Member(response.ReadJson(), $"a{(char)0xD800}"));
        Assert.Contains('\uFFFD', ServerMessage.Find(Response(HttpStatusCode.BadGateway, $$"""{"message":"a{{broken}}"}"""))!);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void The_words_of_an_API_are_shown_with_a_replacement(string broken)
    {
        var body = Encoding.UTF8.GetString(Bytes($$"""{"code":"no","message":"a{{broken}}"}"""));
        Assert.StartsWith("no: a\uFFFD", ProblemText.From(body, false, "application/problem+json")!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_state_of_an_operation_with_broken_text_is_read(string broken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1/");
        using var message = new HttpResponseMessage { RequestMessage = request, Content = new ByteArrayContent(Bytes($$"""{"status":"a{{broken}}","{{broken}}":1}""")) };
        message.Content.Headers.ContentType = new("application/json");
        var template = new RequestTemplate { Method = HttpMethod.Get, Address = new Uri("http://127.0.0.1/") };
        var state = await OperationState.ReadAsync(new ApiResponse(message, template), CancellationToken.None);
        Assert.Equal(OperationOutcome.InProgress, state!.Outcome);
    }

    private static byte[] Bytes(string latin) => Encoding.Latin1.GetBytes(latin);

    private static BackchannelResponse Response(HttpStatusCode status, string latin)
    {
        using var message = new HttpResponseMessage();
        return new("The endpoint", status, "application/json", message.Headers, Bytes(latin));
    }
}
