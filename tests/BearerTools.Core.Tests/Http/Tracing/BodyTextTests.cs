using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Http.Tracing;
using BearerTools.Security;

namespace BearerTools.Tests.Http.Tracing;

public sealed class BodyTextTests
{
    private const string Json = "application/json";

    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("""{"name":"ada","password":"x1"}""", """{"name":"ada","password":"REDACTED"}""")]
    [InlineData("""{ "a": [1, {"access_token": ["x1", 2, true, null]}, "b"] }""", """{"a":[1,{"access_token":["REDACTED",2,true,null]},"b"]}""")]
    [InlineData("""{"p\u0061ssword":"x1","n":1.50}""", """{"password":"REDACTED","n":1.50}""")]
    [InlineData("""{"next":"https://ada:x1@a.example/v1?page=2&sig=x1"}""", """{"next":"https://REDACTED@a.example/v1?page=2&sig=REDACTED"}""")]
    [InlineData("""{"text":"{\"client_secret\":\"x1\"}"}""", """{"text":"{\"client_secret\":\"REDACTED\"}"}""")]
    [InlineData("""{"text":"Bearer abcdefghijklmnopqrst"}""", """{"text":"Bearer REDACTED"}""")]
    [InlineData("{\"a\":1}\n{\"pin\":1234}\n", "{\"a\":1}\n{\"pin\":\"REDACTED\"}")]
    [InlineData("\"text\"", "\"text\"")]
    public void Json_is_shown_without_values_of_secret_names(string body, string expected) => Assert.Equal(expected, Shown(body, Json));

    [Theory]
    [InlineData("code=abcdefgh12345678&a=b", "code=REDACTED&a=b")]
    [InlineData("user=ada&password=x1&a=b", "user=ada&password=REDACTED&a=b")]
    [InlineData("p%61ssword=x1&a=b", "p%61ssword=REDACTED&a=b")]
    public void A_form_is_shown_without_values_of_secret_names(string body, string expected) =>
        Assert.Equal(expected, Shown(body, "application/x-www-form-urlencoded"));

    [Fact]
    public void Xml_is_shown_without_values_of_secret_names() => Assert.Equal(
        """<login user="ada" token="REDACTED"><password>REDACTED</password></login>""",
        Shown("""<login user="ada" token="x1"><password>x1</password></login>""", "application/xml"));

    [Fact]
    public void Known_secrets_and_web_tokens_are_removed_from_any_text()
    {
        var secret = new Secret($"s{Guid.NewGuid():n}");
        Assert.Equal("a *** b", Shown($"a {secret.Reveal()} b", "text/plain"));
        Assert.Equal("""{"a":"***"}""", Shown($$"""{"a":"{{secret.Reveal()}}"}""", Json));
        Assert.Equal("a REDACTED b", Shown("a eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.c2ln b", "text/plain"));
    }

    [Fact]
    public void A_long_body_is_cut_and_half_a_secret_at_its_end_is_not_shown()
    {
        var secret = new Secret($"s{Guid.NewGuid():n}");
        var text = new string('x', BodyText.LongestRead - 10) + secret.Reveal() + " more";
        var body = BodyText.Of(Encoding.UTF8.GetBytes(text), isCut: false, "text/plain")!;
        Assert.True(body.IsCut);
        Assert.Equal(BodyText.Longest + 1, body.Text.Length);

        var json = BodyText.Of("""{"a":"b","c":"half of a st"""u8, isCut: true, Json)!;
        Assert.Equal(("""{"a":"b","c":…""", true), (json.Text, json.IsCut));
    }

    [Theory]
    [InlineData("https://app.contoso.com")]
    [InlineData("https://ID.Contoso.com:443/")]
    [InlineData("https://api.contoso.com/a/../b#frag")]
    [InlineData("https://git@github.com/contoso/app.git")]
    [InlineData("https://api.contoso.com/%7euser/a%2Fb")]
    [InlineData("HTTPS://api.contoso.com?page=2")]
    [InlineData("http://[::1]:8080\\a b")]
    public void An_address_is_shown_as_it_was_written(string address)
    {
        var body = JsonSerializer.Serialize(new { redirect_uri = address }, s_relaxed);
        Assert.Equal(body, Shown(body, Json));
    }

    [Theory]
    [InlineData("https://ada:x@1@App.contoso.com:443", "https://REDACTED@App.contoso.com:443")]
    [InlineData("https://x1x1@App.contoso.com", "https://REDACTED@App.contoso.com")]
    [InlineData("https://App.contoso.com?state=x1#access_token=x1&page=2", "https://App.contoso.com?state=REDACTED#access_token=REDACTED&page=2")]
    [InlineData("https://App.contoso.com#x1", "https://App.contoso.com#REDACTED")]
    public void The_secret_parts_of_an_address_are_replaced(string address, string expected) =>
        Assert.Equal($$"""{"redirect_uri":"{{expected}}"}""", Shown($$"""{"redirect_uri":"{{address}}"}""", Json));

    [Theory]
    [InlineData("{'user': 'bob', 'password': 'x1'}", "{'user': 'bob', 'password': 'REDACTED'}")]
    [InlineData("{\"a\": 1, /* why */ \"token\": [\"x1\", {\"b\": 2}], \"c\": 3} // end", "{\"a\": 1, /* why */ \"token\": REDACTED, \"c\": 3} // end")]
    [InlineData("{user: bob, password: x1}", "{user: bob, password: REDACTED}")]
    [InlineData("{\"a\":1,\"p\\u0061ssword\":\"x1\" \"b\":2}", "{\"a\":1,\"p\\u0061ssword\":\"REDACTED\" \"b\":2}")]
    [InlineData("{'name': 'password', 'value': 'x1',}", "{'name': 'password', 'value': 'REDACTED',}")]
    [InlineData("{'next': 'https://A.example?sig=x1', 'pin': 'it\\'s', }", "{'next': 'https://A.example?sig=REDACTED', 'pin': 'REDACTED', }")]
    [InlineData("[1,2", "[1,2")]
    [InlineData("{'note': 'half of a s", "{'note': '…")]
    [InlineData("{note: halfofas", "{note: …")]
    public void Text_that_resembles_json_is_shown_without_secrets(string body, string expected) => Assert.Equal(expected, Shown(body, Json));

    [Fact]
    public void Binary_data_is_shown_as_its_length()
    {
        var body = BodyText.Of([0x89, 0x50, 0, 1, 2], isCut: false, "image/png")!;
        Assert.Equal(("(5 bytes)", "image/png", false), (body.Text, body.MediaType, body.IsText));
        Assert.Null(BodyText.Of([], isCut: false, Json));
    }

    [Fact]
    public void Text_cannot_steer_the_terminal() => Assert.Equal("a[2Jb\tc\nd", Shown("a\u001b[2Jb\tc\nd\u202e", "text/plain"));

    private static string Shown(string body, string type) => BodyText.Of(Encoding.UTF8.GetBytes(body), isCut: false, type)!.Text;
}
