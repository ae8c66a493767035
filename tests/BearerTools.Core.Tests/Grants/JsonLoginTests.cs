using System.Collections;
using System.Text;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class JsonLoginTests : JsonLoginBench
{
    [Fact]
    public async Task A_login_sends_its_fields_as_JSON()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{Token}}"}""");
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
        Assert.Equal(Password.Reveal(), root.GetProperty("password").GetString());
        Assert.True(root.GetProperty("remember").GetBoolean());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("nothing").ValueKind);
        Assert.Equal("[1,\"two\",2.5]", root.GetProperty("device").GetProperty("ids").GetRawText());
        Assert.Equal(Token, response.Token.Value.Reveal());
        Assert.Equal("me", response.Token.Account);
        Assert.Equal("JsonLogin", response.Token.Flow);
    }

    [Fact]
    public async Task A_login_sends_its_fields_as_a_form_when_asked_so()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{Token}}"}""");

        await Workbench.AcquireAsync(Source(server, LoginBody.Of(Fields().Set("tries", 3).Set("role", new ArrayList { "a", "b" }), LoginBody.Form)));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("application/x-www-form-urlencoded", sent.Headers["Content-Type"]);
        Assert.Equal(Password.Reveal(), sent.Form["password"]);
        Assert.Equal("3", sent.Form["tries"]);
        Assert.Equal("a\nb", sent.Form["role"]);
    }

    [Fact]
    public async Task A_complete_body_is_sent_unchanged()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{Token}}"}""");
        var body = LoginBody.Whole(SecretReference.To(new Secret("<login/>")), "application/xml; charset=utf-8");

        await Workbench.AcquireAsync(Source(server, body));

        var sent = Assert.Single(server.Requests);
        Assert.Equal("<login/>", sent.Body);
        Assert.Equal("application/xml; charset=utf-8", sent.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Credentials_are_sent_as_Basic_authentication_when_asked_so()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"token":"{{Token}}"}""");

        await Workbench.AcquireAsync(Source(server, change: AsBasic));

        var sent = server.Requests.Single();
        Assert.Equal(("POST", string.Empty), (sent.Method, sent.Body));
        Assert.Equal($"me:{Password.Reveal()}", Encoding.UTF8.GetString(Convert.FromBase64String(sent.Headers["Authorization"]["Basic ".Length..])));
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
}
