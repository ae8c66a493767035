using System.Net;
using System.Text;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class JsonLoginFailureTests : JsonLoginBench
{
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
                ? OddServer.JsonAsync(context, $$"""{"token":"{{Token}}"}""")
                : OddServer.JsonAsync(context, "{}", 401));
            await using (server)
            {
                var source = Source(server, LoginBody.Of(new LoginFields().Set("password", SecretReference.Parse("file:" + path))));
                await Workbench.FailAsync(source);

                await File.WriteAllTextAsync(path, right);

                Assert.Equal(Token, (await Workbench.AcquireAsync(source)).Token.Value.Reveal());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(423, "Locked out until 12:00")]
    [InlineData(403, "Account locked")]
    public async Task A_locked_account_is_named_first_and_its_credentials_are_not_sent_again(int status, string words)
    {
        await using var server = await OddServer.RespondingAsync($$"""{"message":"{{words}}"}""", status);
        var source = Source(server);

        var error = await Workbench.FailAsync(source);
        await Workbench.FailAsync(source);

        Assert.Equal(("LoginRejected", BearerErrorKind.Authentication), (error.ErrorId, error.Kind));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Check whether the account is locked", error.NextStep, StringComparison.Ordinal);
        Assert.Single(server.Requests);
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

    [Theory]
    [InlineData("""{"username":["This field is required."]}""", "application/json", "(400): username: This field is required.")]
    [InlineData("<html><body><p>Wrong password</p></body></html>", "text/html", "(400): a page that says \"Wrong password\"")]
    [InlineData("<r><error>Wrong password</error></r>", "application/xml", "(400): Wrong password")]
    [InlineData("<s:Envelope xmlns:s='urn:s'><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Wrong password</faultstring></s:Fault></s:Body></s:Envelope>", "text/xml", "(400): Wrong password")]
    [InlineData("<s:Envelope xmlns:s='urn:s'><s:Body><s:Fault><s:Reason><s:Text xml:lang='en'>Wrong password</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>", "application/soap+xml", "(400): Wrong password")]
    public async Task What_the_server_says_of_a_failed_login_is_shown_as_it_is_for_requests(string body, string type, string words)
    {
        await using var server = await OddServer.StartAsync(context => OddServer.TextAsync(context, body, type, 400));

        Assert.Contains(words, (await Workbench.FailAsync(Source(server))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_gave_no_token_rests_for_half_a_minute()
    {
        await using var server = await OddServer.RespondingAsync("""{"success":false}""");
        var source = Source(server);

        await Workbench.FailAsync(source);
        Bench.Clock.Advance(TimeSpan.FromSeconds(29));
        await Workbench.FailAsync(source);
        Assert.Single(server.Requests);

        Bench.Clock.Advance(TimeSpan.FromSeconds(1));
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
            var whole = JsonSerializer.Serialize(new { user = "me", apiKey = Password.Reveal() });
            foreach (var body in new[] { LoginBody.Of(Fields()), LoginBody.Whole(Encoding.UTF8.GetBytes(whole), "application/json") })
            {
                var error = await Workbench.FailAsync(Source(server, body));

                Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(Password.Reveal()[..16], Workbench.AllTextOf(error), StringComparison.Ordinal);
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
}
