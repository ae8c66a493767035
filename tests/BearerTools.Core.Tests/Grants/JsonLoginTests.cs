using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class JsonLoginTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly string _token = Workbench.NewToken();
    private readonly Secret _password = new(Workbench.NewSecret());

    [Fact]
    public async Task A_login_sends_its_fields_as_JSON()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{_token}}"}""");
        var fields = Fields()
            .Set("remember", true)
            .Set("tries", 3)
            .Set("nothing", null)
            .Set("device", new Hashtable { ["ids"] = new object[] { 1, "two", 2.5 } });

        var response = await Workbench.AcquireAsync(Source(server, LoginBody.Of(fields)));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("POST", sent.Method);
        Assert.Equal("application/json", sent.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(sent.Body);
        var root = body.RootElement;
        Assert.Equal("me", root.GetProperty("username").GetString());
        Assert.Equal(_password.Reveal(), root.GetProperty("password").GetString());
        Assert.True(root.GetProperty("remember").GetBoolean());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("nothing").ValueKind);
        Assert.Equal("[1,\"two\",2.5]", root.GetProperty("device").GetProperty("ids").GetRawText());
        Assert.Equal(_token, response.Token.Value.Reveal());
        Assert.Equal("me", response.Token.Account);
        Assert.Equal("JsonLogin", response.Token.Flow);
    }

    [Fact]
    public async Task A_login_sends_its_fields_as_a_form_when_asked_so()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{_token}}"}""");

        await Workbench.AcquireAsync(Source(server, LoginBody.Of(Fields().Set("tries", 3).Set("role", new ArrayList { "a", "b" }), LoginBody.Form)));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("application/x-www-form-urlencoded", sent.Headers["Content-Type"]);
        Assert.Equal(_password.Reveal(), sent.Form["password"]);
        Assert.Equal("3", sent.Form["tries"]);
        Assert.Equal("a\nb", sent.Form["role"]);
    }

    [Fact]
    public async Task A_complete_body_is_sent_unchanged()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{_token}}"}""");
        var body = LoginBody.Whole(SecretReference.To(new Secret("<login/>")), "application/xml; charset=utf-8");

        await Workbench.AcquireAsync(Source(server, body));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("<login/>", sent.Body);
        Assert.Equal("application/xml; charset=utf-8", sent.Headers["Content-Type"]);
    }

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
    public async Task A_token_is_found_in_the_usual_places(string response) => Assert.Equal(_token, (await RespondAsync(response)).Value.Reveal());

    [Theory]
    [InlineData("data.auth.accessToken", """{"token":"other","data":{"auth":{"accessToken":"#"}}}""")]
    [InlineData("$.data.token", """{"data":{"token":"#"}}""")]
    [InlineData("items.0.token", """{"items":[{"token":"#"}]}""")]
    [InlineData("items[0].token", """{"items":[{"token":"#"}]}""")]
    [InlineData("[1]", """["other","#"]""")]
    [InlineData("$[0].token", """[{"token":"#"}]""")]
    [InlineData("data.a.b", """{"data":{"a.b":"#"}}""")]
    [InlineData("DATA.Token", """{"data":{"token":"#"}}""")]
    [InlineData("data.Token", """{"data":{"token":"other","Token":"#"}}""")]
    public async Task A_token_is_found_where_its_path_says(string path, string response) =>
        Assert.Equal(_token, (await RespondAsync(response, o => o with { TokenPath = path })).Value.Reveal());

    [Theory]
    [InlineData("X-Auth-Token", "#")]
    [InlineData("Authorization", "Bearer #")]
    [InlineData("x-auth-token", "bearer #")]
    public async Task A_token_is_found_in_the_header_that_is_named(string name, string value)
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers[name] = value.Replace("#", _token, StringComparison.Ordinal);
            return OddServer.JsonAsync(context, """{"token":"other","expires_in":60}""");
        });

        var token = (await Workbench.AcquireAsync(Source(server, change: o => o with { TokenHeader = name }))).Token;

        Assert.Equal(_token, token.Value.Reveal());
        Assert.Equal(_bench.Clock.GetUtcNow().AddSeconds(60), token.ExpiresOn);
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
        Assert.DoesNotContain(_token, Workbench.AllTextOf(error), StringComparison.Ordinal);
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
    [InlineData("Invalid user name or password")]
    [InlineData("""{"success":false,"message":"Invalid user name or password"}""")]
    [InlineData("""{"status":{"error":"Invalid user name or password"}}""")]
    [InlineData("<r><error>Invalid user name or password</error></r>")]
    public async Task What_the_server_says_in_a_200_without_a_token_is_shown(string response)
    {
        var error = await FailAsync(response);

        Assert.Equal("TokenNotFound", error.ErrorId);
        if (response[0] != '<' && !response.Contains("status", StringComparison.Ordinal))
            Assert.Contains("The server says: Invalid user name or password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_wants_Basic_is_advised_so()
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"api\"";
            return OddServer.JsonAsync(context, "{}", 401);
        });

        Assert.Contains("-LoginAuthentication Basic", (await Workbench.FailAsync(Source(server))).NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("-LoginAuthentication", (await Workbench.FailAsync(Source(server, change: AsBasic))).NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_sent_as_Basic_authentication_when_asked_so()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{_token}}"}""");

        await Workbench.AcquireAsync(Source(server, change: AsBasic));

        var sent = server.Requests.Single();
        Assert.Equal(("POST", string.Empty), (sent.Method, sent.Body));
        Assert.Equal($"me:{_password.Reveal()}", Encoding.UTF8.GetString(Convert.FromBase64String(sent.Headers["Authorization"]["Basic ".Length..])));
    }

    [Fact]
    public async Task A_login_by_GET_sends_its_fields_in_the_query_and_shows_them_nowhere()
    {
        await using var server = await OddServer.RespondingAsync("""{"message":"Wrong password"}""", 401);
        var source = Source(server, LoginBody.Of(Fields(), LoginBody.Form), o => o with { Method = HttpMethod.Get, LoginUri = server.At("/login?api=2") });

        var error = await Workbench.FailAsync(source);

        var sent = server.Requests.Single();
        Assert.Equal("GET", sent.Method);
        Assert.StartsWith("/login?api=2&username=me&password=", sent.Path, StringComparison.Ordinal);
        Assert.DoesNotContain("password=", Workbench.AllTextOf(error), StringComparison.Ordinal);
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

        Assert.Equal(_token, token.Value.Reveal());
        Assert.False(TestTokens.HoldsSecret(JsonSerializer.Serialize(token.Additional)));
    }

    [Fact]
    public async Task The_lifetime_is_found_in_XML() =>
        Assert.Equal(_bench.Clock.GetUtcNow().AddSeconds(90), (await RespondAsync("<r><token>#</token><expires_in>90</expires_in></r>")).ExpiresOn);

    [Theory]
    [InlineData("//none", "<r><token>#</token></r>", "TokenNotFound")]
    [InlineData("//[", "<r><token>#</token></r>", "InvalidTokenPath")]
    [InlineData(null, "<!DOCTYPE r [<!ENTITY t \"#\">]><r><token>&t;</token></r>", "ResponseNotJson")]
    [InlineData(null, "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r><token>#</token></r>", "ResponseNotJson")]
    public async Task XML_without_the_token_or_with_a_DTD_is_an_error(string? path, string response, string expected)
    {
        var error = await FailAsync(response, o => o with { TokenPath = path });

        Assert.Equal(expected, error.ErrorId);
        Assert.DoesNotContain(_token, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task XML_that_is_nested_too_deep_is_not_read() =>
        Assert.Equal("ResponseNotJson", (await FailAsync(
            string.Concat(Enumerable.Repeat("<a>", 50_000)) + string.Concat(Enumerable.Repeat("</a>", 50_000)))).ErrorId);

    [Fact]
    public async Task The_headers_of_the_user_are_sent_and_never_shown()
    {
        var key = Workbench.NewToken();
        OddServer? server = null;
        server = await OddServer.StartAsync(context =>
            OddServer.JsonAsync(context, JsonSerializer.Serialize(new { message = "key " + server!.Requests[^1].Headers["X-Api-Key"] }), 403));
        await using (server)
        {
            var headers = new BackchannelHeaders([new("X-Api-Key", key), new("User-Agent", "ordinary-client/1.0")]);

            var error = await Workbench.FailAsync(Source(server, change: o => o with { Headers = headers }));

            Assert.Equal("ordinary-client/1.0", server.Requests.Single().Headers["User-Agent"]);
            Assert.Equal(key, server.Requests.Single().Headers["X-Api-Key"]);
            Assert.Contains("key ***", error.Message, StringComparison.Ordinal);
            Assert.Equal("an ordinary-client/1.0", LiveSecrets.Redact("an ordinary-client/1.0"));
            Assert.DoesNotContain(key, Workbench.AllTextOf(error), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Authorization", "x")]
    [InlineData("Host", "x")]
    [InlineData("Content-Length", "1")]
    [InlineData("DPoP", "x")]
    [InlineData("X-Key", "a\r\nb")]
    [InlineData("X-Key", "Grüße")]
    [InlineData("X Key", "x")]
    public void A_header_that_cannot_be_added_is_refused_at_once(string name, string value) =>
        Assert.Equal("HeaderRefused", Assert.Throws<BearerTokenException>(() => new BackchannelHeaders([new(name, value)])).ErrorId);

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
        var expected = _bench.Clock.GetUtcNow().AddSeconds(90);

        Assert.Equal(expected, (await RespondAsync($$$"""{"data":{"token":"#",{{{end}}}}}""")).ExpiresOn);
        Assert.Equal(expected, (await RespondAsync($$$"""{"data":{"token":"#"},{{{end}}}}""")).ExpiresOn);
    }

    [Fact]
    public async Task The_end_is_found_where_its_path_says()
    {
        const string ApiResponse = """{"token":"#","expires_in":5,"session":{"ttl":"2h"}}""";

        Assert.Equal(_bench.Clock.GetUtcNow().AddHours(2), (await RespondAsync(ApiResponse, o => o with { ExpiresInPath = "session.ttl" })).ExpiresOn);
        Assert.Equal("ExpiryNotFound", (await FailAsync(ApiResponse, change: o => o with { ExpiresInPath = "session.life" })).ErrorId);
    }

    [Theory]
    [InlineData(300, "", 300)]
    [InlineData(300, ",\"expires_in\":90", 90)]
    [InlineData(300, ",\"expires_in\":3600000", 300)]
    [InlineData(300, ",\"expires_at\":\"2030-01-01T13:00:00Z\"", 300)]
    public async Task A_JWT_expires_at_its_own_time_or_that_of_the_response_whichever_is_earlier(int own, string members, int expected)
    {
        var now = _bench.Clock.GetUtcNow();
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
        var now = _bench.Clock.GetUtcNow();
        var end = now.AddSeconds(ahead + 30);
        var text = member.Replace("#end", $"{end.ToUnixTimeSeconds()}", StringComparison.Ordinal).Replace("#iso", $"{end:O}", StringComparison.Ordinal);
        var token = member.Length == 0 ? Workbench.NewJwt(end) : _token;
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
        var now = _bench.Clock.GetUtcNow();

        Assert.Equal(now.AddSeconds(90), (await RespondAsync($$"""{"token":"{{Workbench.NewJwt(now.AddSeconds(-60))}}","expires_in":90}""")).ExpiresOn);
    }

    [Fact]
    public async Task Its_tokens_are_for_the_origin_of_the_login()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        Assert.Equal([Origin.Of(server.At("/"))], Source(server).Origins);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(422)]
    public async Task Rejected_credentials_are_not_sent_again_until_a_user_asks_or_they_change(int status)
    {
        await using var server = await OddServer.RespondingAsync("""{"message":"Two tries left"}""", status);
        var source = Source(server);

        var first = await Workbench.FailAsync(source);
        var second = await Workbench.FailAsync(Source(server));
        Assert.Single(server.Requests);

        Assert.Equal("LoginRejected", first.ErrorId);
        Assert.Contains("Two tries left", first.Message, StringComparison.Ordinal);
        Assert.Equal("LoginRejected", second.ErrorId);
        Assert.Equal("Two tries left", second.ErrorDescription);
        Assert.Equal((HttpStatusCode)status, second.StatusCode);

        await Workbench.FailAsync(Source(server, LoginBody.Of(Fields().Set("password", new Secret(Workbench.NewSecret())))));
        Assert.Equal(2, server.Requests.Count);

        source.ForgetRejection();
        await Workbench.FailAsync(source);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_password_that_was_corrected_where_it_is_kept_is_tried_at_once()
    {
        var path = Path.GetTempFileName();
        try
        {
            var right = Workbench.NewToken();
            await File.WriteAllTextAsync(path, Workbench.NewToken());
            OddServer? server = null;
            server = await OddServer.StartAsync(context => server!.Requests[^1].Body.Contains(right, StringComparison.Ordinal)
                ? OddServer.JsonAsync(context, $$"""{"token":"{{_token}}"}""")
                : OddServer.JsonAsync(context, "{}", 401));
            await using (server)
            {
                var source = Source(server, LoginBody.Of(new LoginFields().Set("password", SecretReference.Parse("file:" + path))));
                await Workbench.FailAsync(source);

                await File.WriteAllTextAsync(path, right);

                Assert.Equal(_token, (await Workbench.AcquireAsync(source)).Token.Value.Reveal());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(404, BearerErrorKind.InvalidArgument)]
    [InlineData(429, BearerErrorKind.Server)]
    [InlineData(503, BearerErrorKind.Server)]
    public async Task A_failure_that_does_not_concern_the_credentials_may_be_retried(int status, BearerErrorKind kind)
    {
        await using var server = await OddServer.RespondingAsync("{}", status);
        var source = Source(server);

        var error = await Workbench.FailAsync(source);
        await Workbench.FailAsync(source);

        Assert.Equal("LoginFailed", error.ErrorId);
        Assert.Equal(kind, error.Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_login_that_gave_no_token_rests_for_half_a_minute()
    {
        await using var server = await OddServer.RespondingAsync("""{"success":false}""");
        var source = Source(server);

        await Workbench.FailAsync(source);
        _bench.Clock.Advance(TimeSpan.FromSeconds(29));
        await Workbench.FailAsync(source);
        Assert.Single(server.Requests);

        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await Workbench.FailAsync(source);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_echoes_the_credentials_leaks_nothing()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context =>
            OddServer.JsonAsync(context, JsonSerializer.Serialize(new { message = "Cannot read " + server!.Requests[^1].Body }), 400));
        await using (server)
        {
            var whole = JsonSerializer.Serialize(new { user = "me", apiKey = _password.Reveal() });
            foreach (var body in new[] { LoginBody.Of(Fields()), LoginBody.Whole(Encoding.UTF8.GetBytes(whole), "application/json") })
            {
                var error = await Workbench.FailAsync(Source(server, body));

                Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(_password.Reveal()[..16], Workbench.AllTextOf(error), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_password_inside_a_whole_body_is_known_by_itself()
    {
        var password = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));
        await using var server = await OddServer.RespondingAsync(JsonSerializer.Serialize(new { message = "wrong: " + password }), 401);
        var body = LoginBody.Whole(Encoding.UTF8.GetBytes("user=me&password=" + password), "application/x-www-form-urlencoded");

        Assert.Contains("wrong: ***", (await Workbench.FailAsync(Source(server, body))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private JsonLoginOptions AsBasic(JsonLoginOptions options) => options with { Body = null, Basic = new LoginBasic("me", SecretReference.To(_password)) };

    private LoginFields Fields() => new LoginFields().Set("username", "me").Set("password", _password);

    private JsonLoginSource Source(OddServer server, LoginBody? body = null, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        var options = new JsonLoginOptions { LoginUri = server.At("/login"), Body = body ?? LoginBody.Of(Fields()), Account = "me" };
        return new JsonLoginSource(_bench.Backchannel, _bench.Rejected, change is null ? options : change(options));
    }

    private async Task<AccessToken> RespondAsync(string response, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        await using var server = await OddServer.StartAsync(
            context => OddServer.TextAsync(context, response.Replace("#", _token, StringComparison.Ordinal), null));
        return (await Workbench.AcquireAsync(Source(server, change: change))).Token;
    }

    private async Task<BearerTokenException> FailAsync(string response, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        await using var server = await OddServer.RespondingAsync(response.Replace("#", _token, StringComparison.Ordinal));
        return await Workbench.FailAsync(Source(server, change: change));
    }
}
