using System.Text.Json;
using BearerTools.Composition;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class JsonLoginResponseTests : JsonLoginBench
{
    [Theory]
    [InlineData("""{"access_token":"#"}""")]
    [InlineData("""{"accessToken":"#","refreshToken":"other"}""")]
    [InlineData("""{"AccessToken":"#"}""")]
    [InlineData("""{"token":"#"}""")]
    [InlineData("""{"jwt":"#"}""")]
    [InlineData("""{"id_token":"other","token":"#"}""")]
    [InlineData("""{"id_token":"#"}""")]
    [InlineData("""{"data":{"token":"#"}}""")]
    [InlineData("""{"result":{"auth":{"accessToken":"#"}}}""")]
    [InlineData("""{"token":{"access_token":"#"}}""")]
    [InlineData("\"#\"")]
    [InlineData("#")]
    [InlineData("#\r\n")]
    [InlineData("Bearer #")]
    public async Task A_token_is_found_in_the_usual_places(string response) => Assert.Equal(Token, (await RespondAsync(response)).Value.Reveal());

    [Theory]
    [InlineData("data.auth.accessToken", """{"token":"other","data":{"auth":{"accessToken":"#"}}}""")]
    [InlineData("$.data.token", """{"data":{"token":"#"}}""")]
    [InlineData("items.0.token", """{"items":[{"token":"#"}]}""")]
    [InlineData("items[0].token", """{"items":[{"token":"#"}]}""")]
    [InlineData("[1]", """["other","#"]""")]
    [InlineData("items[-1].token", """{"items":[{"token":"other"},{"token":"#"}]}""")]
    [InlineData("items.-2", """{"items":["#","other"]}""")]
    [InlineData("$[0].token", """[{"token":"#"}]""")]
    [InlineData("data.a.b", """{"data":{"a.b":"#"}}""")]
    [InlineData("DATA.Token", """{"data":{"token":"#"}}""")]
    [InlineData("data.Token", """{"data":{"token":"other","Token":"#"}}""")]
    public async Task A_token_is_found_where_its_path_says(string path, string response) =>
        Assert.Equal(Token, (await RespondAsync(response, o => o with { TokenPath = path })).Value.Reveal());

    [Theory]
    [InlineData("X-Auth-Token", "#")]
    [InlineData("Authorization", "Bearer #")]
    [InlineData("x-auth-token", "bearer #")]
    public async Task A_token_is_found_in_the_header_that_is_named(string name, string value)
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers[name] = value.Replace("#", Token, StringComparison.Ordinal);
            return OddServer.JsonAsync(context, """{"token":"other","expires_in":60}""");
        });

        var token = (await Workbench.AcquireAsync(Source(server, change: o => o with { TokenHeader = name }))).Token;

        Assert.Equal(Token, token.Value.Reveal());
        Assert.Equal(Bench.Clock.GetUtcNow().AddSeconds(60), token.ExpiresOn);
    }

    [Theory]
    [InlineData("data.token", """{"data":{"auth":{"accessToken":"#"},"user":"#"}}""", "at 'data' it has the members auth, user")]
    [InlineData("token", """{"status":"#"}""", "at the top level it has the members status")]
    [InlineData("items.3.token", """{"items":["#"]}""", "at 'items' it has a list of length 1")]
    [InlineData("data", """{"data":{"secret":"#"}}""", "the members secret")]
    [InlineData(null, """{"success":false,"detail":"#"}""", "the members success, detail")]
    public async Task A_missing_token_is_an_error_that_names_the_fields_and_shows_no_value(string? path, string response, string expected)
    {
        var error = await FailAsync(response, change: o => o with { TokenPath = path });

        Assert.Equal("TokenNotFound", error.ErrorId);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_header_is_an_error_that_names_what_is_there()
    {
        var error = await FailAsync("{}", change: o => o with { TokenHeader = "X-Auth-Token" });

        Assert.Equal("TokenNotFound", error.ErrorId);
        Assert.Contains("Date", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Signed in</html>")]
    [InlineData("")]
    public async Task A_text_that_is_not_a_token_is_not_read_as_one(string response) =>
        Assert.Equal("ResponseNotJson", (await FailAsync(response)).ErrorId);

    [Theory]
    [InlineData("ERROR", "ERROR")]
    [InlineData("\"Unauthorized\"", "Unauthorized")]
    [InlineData("LOGIN_FAILED\r\n", "LOGIN_FAILED")]
    [InlineData("invalid-credentials.", "invalid-credentials")]
    public async Task A_word_that_says_that_the_login_failed_is_not_a_token(string response, string words)
    {
        var error = await FailAsync(response);

        Assert.Equal("TokenNotFound", error.ErrorId);
        Assert.Contains($"returned no token, only '{words}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secretword")]
    [InlineData("error7")]
    [InlineData("12345")]
    [InlineData("abcdefghijklmnopqrst-error")]
    public async Task Another_word_may_be_a_token(string token)
    {
        await using var server = await OddServer.StartAsync(context => OddServer.TextAsync(context, token, "text/plain"));

        Assert.Equal(token, (await Workbench.AcquireAsync(Source(server))).Token.Value.Reveal());
    }

    [Theory]
    [InlineData("Invalid user name or password")]
    [InlineData("""{"success":false,"message":"Invalid user name or password"}""")]
    [InlineData("""{"status":{"error":"Invalid user name or password"}}""")]
    [InlineData("<r><error>Invalid user name or password</error></r>")]
    public async Task What_the_server_says_in_a_200_without_a_token_is_shown(string response)
    {
        var error = await FailAsync(response);

        Assert.Equal("TokenNotFound", error.ErrorId);
        if (!response.Contains("status", StringComparison.Ordinal))
            Assert.Contains("The server says: Invalid user name or password", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":"error","data":{"reason":"The account is locked"}}""", "TokenNotFound", "The server says: The account is locked")]
    [InlineData("<html><body><p>Wrong password</p></body></html>", "ResponseNotJson", ": a page that says \"Wrong password\"")]
    [InlineData("<html><body>#</body></html>", "ResponseNotJson", "instead of JSON")]
    [InlineData("""{"message":"Account ops is locked until 2026-12-01T10:00:00Z"}""", "TokenNotFound", "The server says: Account ops is locked until ***")]
    [InlineData("\"Wrong password given\"", "TokenNotFound", "returned no token. The server says: Wrong password given")]
    [InlineData("""{"d":{"error":{"message":{"lang":"en","value":"Wrong password given"}}}}""", "TokenNotFound", "The server says: Wrong password given")]
    [InlineData("<!DOCTYPE r [<!ENTITY a 'b'>]><r>Wrong password given</r>", "ResponseNotJson", "a page that says \"Wrong password given\"")]
    public async Task What_the_server_says_is_shown_in_other_forms_too_but_no_token(string response, string id, string words)
    {
        var error = await FailAsync(response);

        Assert.Equal(id, error.ErrorId);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Welcome, sid: #")]
    [InlineData("""{"message":"your session is # now"}""")]
    [InlineData("""["your session is # now"]""")]
    [InlineData("\"your session is # now\"")]
    [InlineData("<r><message>your session is (#)</message></r>")]
    [InlineData("<html><body>your session is '#'.</body></html>")]
    public async Task A_session_id_beside_words_is_not_shown(string response)
    {
        foreach (var id in new[] { Token[2..10], Token[2..18], Token[2..], "aBcdefgh", new string('q', 21), $"{Token[2..6]}-{Token[6..12]}" })
        {
            var error = await FailAsync(response.Replace("#", id, StringComparison.Ordinal));

            Assert.DoesNotContain(id, Workbench.AllTextOf(error), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(null, "<response><token>#</token></response>")]
    [InlineData(null, "<?xml version=\"1.0\"?><a:r xmlns:a=\"urn:a\"><a:data><a:access_token> # </a:access_token></a:data></a:r>")]
    [InlineData("response.auth.key", "<response><auth><key>#</key></auth></response>")]
    [InlineData("auth.key", "<response><auth><key>#</key></auth></response>")]
    [InlineData("//key", "<r xmlns=\"urn:a\"><auth><key>#</key></auth></r>")]
    [InlineData("/r/auth/@key", "<r><auth key=\"#\"/></r>")]
    [InlineData("string(//item[2])", "<r><item>1</item><item>#</item></r>")]
    public async Task A_token_is_found_in_XML(string? path, string response)
    {
        var token = await RespondAsync(response, o => o with { TokenPath = path });

        Assert.Equal(Token, token.Value.Reveal());
        Assert.False(TestTokens.HoldsSecret(JsonSerializer.Serialize(token.Additional)));
    }

    [Theory]
    [InlineData("/r/a/ttl")]
    [InlineData("//ttl")]
    [InlineData("/r/a/@life")]
    [InlineData("number(//ttl) + 0")]
    [InlineData("a.ttl")]
    public async Task The_lifetime_and_the_base_address_are_found_in_XML_as_the_token_is(string path)
    {
        const string Response = "<r><a life=\"77\"><token>#</token><ttl>77</ttl><url secret=\"#\">https://eu.contoso.com/api</url></a></r>";

        var token = await RespondAsync(Response, o => o with { TokenPath = "/r/a/token", ExpiresInPath = path });

        Assert.Equal(Bench.Clock.GetUtcNow().AddSeconds(77), token.ExpiresOn);
        foreach (var place in new[] { "//url", "/r/a/url", "a.url.value" })
            Assert.Equal("https://eu.contoso.com/api/", TokenBaseUri.Read(token, place).AbsoluteUri);
        Assert.DoesNotContain(Token, token.AdditionalMembers.Xml, StringComparison.Ordinal);
        // As it is read from a store.
        var stored = AdditionalMembers.Read(token.AdditionalMembers.ToJson(), _ => false, _ => false, token.AdditionalMembers.Xml);
        var restored = new AccessToken(new Secret(Token), new TokenMetadata { Additional = stored });
        Assert.Equal("https://eu.contoso.com/api/", TokenBaseUri.Read(restored, "//url").AbsoluteUri);
    }

    [Theory]
    [InlineData("data.ends[-1]")]
    [InlineData("data.ends[0]")]
    public async Task The_end_is_found_by_an_index_as_the_token_is(string path) => Assert.Equal(
        Bench.Clock.GetUtcNow().AddSeconds(60),
        (await RespondAsync("""{"token":"#","data":{"ends":[60]}}""", o => o with { ExpiresInPath = path })).ExpiresOn);

    [Fact]
    public async Task The_lifetime_is_found_in_XML() =>
        Assert.Equal(Bench.Clock.GetUtcNow().AddSeconds(90), (await RespondAsync("<r><token>#</token><expires_in>90</expires_in></r>")).ExpiresOn);

    [Theory]
    [InlineData("<r><a><token>#</token><ttl>77</ttl></a></r>", "/r/a/ttl")]
    [InlineData("<r><a ttl=\"77\"><token>#</token></a></r>", "//@ttl")]
    [InlineData("{\"token\":\"#\",\"of\":[1,{\"ttl\":77}]}", "of[-1].ttl")]
    public async Task The_lifetime_is_found_at_a_path_in_the_notation_of_the_token_path(string response, string path) =>
        Assert.Equal(Bench.Clock.GetUtcNow().AddSeconds(77), (await RespondAsync(response, o => o with { ExpiresInPath = path, TokenPath = response[0] == '<' ? "//token" : "token" })).ExpiresOn);

    [Theory]
    [InlineData("<r><a><token>#</token><url>https://x.example</url></a></r>", "//url")]
    [InlineData("<r><a><token>#</token><url>https://x.example</url></a></r>", "/r/a/url")]
    [InlineData("<r><a url=\"https://x.example\"><token>#</token></a></r>", "/r/a/@url")]
    [InlineData("{\"token\":\"#\",\"d\":{\"r\":[{\"u\":\"https://x.example\"}]}}", "d.r[0].u")]
    [InlineData("{\"token\":\"#\",\"d\":{\"r\":[1,{\"u\":\"https://x.example\"}]}}", "d.r[-1].u")]
    public async Task Another_member_is_found_at_a_path_in_the_notation_of_the_token_path(string response, string path) =>
        Assert.Equal("https://x.example", TokenBaseUri.TextAt((await RespondAsync(response, o => o with { TokenPath = response[0] == '<' ? "//token" : "token" })).AdditionalMembers, path));

    [Theory]
    [InlineData("//none", "<r><token>#</token></r>", "TokenNotFound")]
    [InlineData("//[", "<r><token>#</token></r>", "InvalidTokenPath")]
    [InlineData(null, "<!DOCTYPE r [<!ENTITY t \"#\">]><r><token>&t;</token></r>", "ResponseNotJson")]
    [InlineData(null, "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r><token>#</token></r>", "ResponseNotJson")]
    public async Task XML_without_the_token_or_with_a_DTD_is_an_error(string? path, string response, string expected)
    {
        var error = await FailAsync(response, o => o with { TokenPath = path });

        Assert.Equal(expected, error.ErrorId);
        Assert.DoesNotContain(Token, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task XML_that_is_nested_too_deep_is_not_read() =>
        Assert.Equal("ResponseNotJson", (await FailAsync(
            string.Concat(Enumerable.Repeat("<a>", 50_000)) + string.Concat(Enumerable.Repeat("</a>", 50_000)))).ErrorId);

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    public async Task True_false_and_null_are_not_tokens(string response) =>
        Assert.Equal("TokenNotFound", (await FailAsync(response)).ErrorId);

    [Theory]
    [InlineData("\"expires_in\":90")]
    [InlineData("\"expiresIn\":\"90\"")]
    [InlineData("\"expiresIn\":\"90s\"")]
    [InlineData("\"exp\":1893499290")]
    [InlineData("\"expiresAt\":1893499290000")]
    [InlineData("\"expires_at\":\"2030-01-01T12:01:30Z\"")]
    [InlineData("\"expires\":\"2030-01-01T13:01:30+01:00\"")]
    [InlineData("\"expiration\":\"2030-01-01 12:01:30\"")]
    public async Task The_end_of_a_token_is_found_beside_it_or_at_the_top_in_whatever_form(string end)
    {
        var expected = Bench.Clock.GetUtcNow().AddSeconds(90);

        Assert.Equal(expected, (await RespondAsync($$$"""{"data":{"token":"#",{{{end}}}}}""")).ExpiresOn);
        Assert.Equal(expected, (await RespondAsync($$$"""{"data":{"token":"#"},{{{end}}}}""")).ExpiresOn);
    }

    [Fact]
    public async Task The_end_is_found_where_its_path_says()
    {
        const string ApiResponse = """{"token":"#","expires_in":5,"session":{"ttl":"2h"}}""";

        Assert.Equal(Bench.Clock.GetUtcNow().AddHours(2), (await RespondAsync(ApiResponse, o => o with { ExpiresInPath = "session.ttl" })).ExpiresOn);
        Assert.Equal("ExpiryNotFound", (await FailAsync(ApiResponse, change: o => o with { ExpiresInPath = "session.life" })).ErrorId);
    }

    [Theory]
    [InlineData(300, "", 300)]
    [InlineData(300, ",\"expires_in\":90", 90)]
    [InlineData(300, ",\"expires_in\":3600000", 300)]
    [InlineData(300, ",\"expires_at\":\"2030-01-01T13:00:00Z\"", 300)]
    public async Task A_JWT_expires_at_its_own_time_or_that_of_the_response_whichever_is_earlier(int own, string members, int expected)
    {
        var now = Bench.Clock.GetUtcNow();
        var jwt = Workbench.NewJwt(now.AddSeconds(own));

        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers.Date = now.ToString("R");
            return OddServer.JsonAsync(context, $$"""{"token":"{{jwt}}"{{members}}}""");
        });

        Assert.Equal(now.AddSeconds(expected), (await Workbench.AcquireAsync(Source(server))).Token.ExpiresOn);
    }

    [Theory]
    [InlineData(60, "")]
    [InlineData(-60, "")]
    [InlineData(60, ",\"expires_at\":#end")]
    [InlineData(-7200, ",\"expires_at\":\"#iso\"")]
    public async Task A_time_of_the_servers_clock_is_corrected_by_the_date_of_the_response(int ahead, string member)
    {
        var now = Bench.Clock.GetUtcNow();
        var end = now.AddSeconds(ahead + 30);
        var text = member.Replace("#end", $"{end.ToUnixTimeSeconds()}", StringComparison.Ordinal).Replace("#iso", $"{end:O}", StringComparison.Ordinal);
        var token = member.Length == 0 ? Workbench.NewJwt(end) : Token;
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers.Date = now.AddSeconds(ahead).ToString("R");
            return OddServer.JsonAsync(context, $$"""{"token":"{{token}}"{{text}}}""");
        });

        Assert.Equal(now.AddSeconds(30), (await Workbench.AcquireAsync(Source(server))).Token.ExpiresOn);
    }

    [Fact]
    public async Task A_lifetime_counts_before_the_time_in_the_token_when_nothing_says_what_time_it_is_at_the_server()
    {
        var now = Bench.Clock.GetUtcNow();

        Assert.Equal(now.AddSeconds(90), (await RespondAsync($$"""{"token":"{{Workbench.NewJwt(now.AddSeconds(-60))}}","expires_in":90}""")).ExpiresOn);
    }

    [Fact]
    public async Task Its_tokens_are_for_the_origin_of_the_login()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        Assert.Equal([Origin.Of(server.At("/"))], Source(server).Origins);
    }
}
