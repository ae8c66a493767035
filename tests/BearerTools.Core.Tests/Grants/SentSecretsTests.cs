using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

/// <summary>What a server repeats of the request that it refuses.</summary>
public sealed class SentSecretsTests : JsonLoginBench
{
    /// <summary>Shorter than what is searched for in other texts.</summary>
    private static readonly string s_short = "k" + Convert.ToHexString(RandomNumberGenerator.GetBytes(2));

    [Theory]
    [InlineData("""{"error":{"message":"Login with # failed"}}""", "application/json", 401)]
    [InlineData("""{"errors":{"password":["the value # is wrong"]}}""", "application/json", 422)]
    [InlineData("""{"errors":{"#":["is wrong"]}}""", "application/json", 422)]
    [InlineData("""{"message":"Login with # failed"}""", "application/json", 200)]
    [InlineData("<r><error>Login with # failed</error></r>", "application/xml", 401)]
    [InlineData("<html><head><title># failed</title></head><body>Login with '#' failed</body></html>", "text/html", 401)]
    [InlineData("Login with # failed", "text/plain", 401)]
    [InlineData("user=me&password=#&go=1", "text/plain", 401)]
    public async Task The_response_to_a_login_does_not_show_a_short_password(string body, string type, int status)
    {
        await using var server = await RepeatingAsync(body, s_short, type, status);
        var fields = new LoginFields().Set("username", "me").Set("password", s_short);

        var error = await Workbench.FailAsync(Source(server, LoginBody.Of(fields)));

        Assert.DoesNotContain(s_short, Workbench.AllTextOf(error), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_password_is_known_wherever_it_is_sent()
    {
        await using var server = await RepeatingAsync("Login with # failed", s_short, "text/plain", 401);
        var escaped = Uri.EscapeDataString(s_short);
        LoginBody Whole(string text, string type) => LoginBody.Whole(Encoding.UTF8.GetBytes(text), type);
        var password = SecretReference.To(new Secret(s_short));
        JsonLoginSource[] sources =
        [
            Source(server, LoginBody.Of(new LoginFields().Set("kennwort", password))),
            Source(server, LoginBody.Of(new LoginFields().Set("kennwort", password), LoginBody.Form)),
            Source(server, LoginBody.Of(new LoginFields().Set("pw", s_short), LoginBody.Form), o => o with { Method = HttpMethod.Get }),
            Source(server, Whole($"user=me&pass={escaped}", LoginBody.Form)),
            Source(server, Whole($"<login><user>me</user><password>{s_short}</password></login>", "text/xml")),
            Source(server, Whole(JsonSerializer.Serialize(s_short), "application/json")),
            Source(server, Whole(s_short, "text/plain")),
            Source(server, change: o => o with { Body = null, Basic = new LoginBasic("me", password) }),
        ];

        foreach (var source in sources)
            Assert.Contains("Login with *** failed", (await Workbench.FailAsync(source)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# is no", "*** is no")]
    [InlineData("(#)", "(***)")]
    [InlineData("spa#n", "spa#n")]
    public async Task A_password_that_may_be_a_part_of_words_is_masked_as_a_word(string text, string shown)
    {
        const string Tiny = "ce";
        await using var server = await RepeatingAsync(text, Tiny, "text/plain", 401);

        var error = await Workbench.FailAsync(Source(server, LoginBody.Of(new LoginFields().Set("pin", new Secret(Tiny)))));

        Assert.EndsWith($"(401): {shown.Replace("#", Tiny, StringComparison.Ordinal)}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("utf-8")]
    public async Task A_password_is_masked_in_the_encoding_of_the_charset_that_was_sent(string charset)
    {
        var password = $"pä{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}wörd";
        OddServer? server = null;
        server = await OddServer.StartAsync(context =>
        {
            var sent = server!.Requests[^1].Body.Split("password=")[1];
            return OddServer.TextAsync(context, $"Bad {sent} {password} given", "text/plain", 401);
        });
        await using (server)
        {
            var fields = new LoginFields().Set("password", new Secret(password));
            var body = LoginBody.Of(fields, $"{LoginBody.Form}; charset={charset}", Encoding.GetEncoding(charset));

            Assert.EndsWith("Bad *** *** given", (await Workbench.FailAsync(Source(server, body))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("client_secret_post", """{"error":"invalid_client","error_description":"no client with #"}""")]
    [InlineData("client_secret_basic", """{"error":"invalid_client","error_description":"no client with #"}""")]
    [InlineData("client_secret_basic", """{"error":"bad_#","error_description":"none","error_uri":"https://contoso.com/?q=#"}""")]
    [InlineData("client_secret_basic", """{"message":"no client with #"}""")]
    [InlineData("client_secret_basic", "no client with #")]
    public async Task A_token_endpoint_that_repeats_a_short_secret_does_not_show_it(string method, string body)
    {
        await using var server = await RepeatingAsync(body, s_short, "application/json", 401);

        var error = await Workbench.FailAsync(Bench.ClientCredentials(server, new Secret(s_short), method: method));

        Assert.Contains(LiveSecrets.Mark, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(s_short, Workbench.AllTextOf(error), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_secret_at_the_end_of_a_shortened_text_is_masked_before()
    {
        var words = new SecretWords([s_short]);

        Assert.Equal("x *** y", words.Mask($"x {s_short} y"));
        Assert.Equal("x ***", words.Mask($"x {Convert.ToBase64String(Encoding.UTF8.GetBytes(s_short)).TrimEnd('=')}")[..5]);
        Assert.Equal("""{"a ***":["***",1,null,true]}""", words.Mask(JsonSerializer.SerializeToElement(
            new Dictionary<string, object?[]> { [$"a {s_short}"] = [s_short, 1, null, true] })).GetRawText());
    }

    private static Task<OddServer> RepeatingAsync(string body, string secret, string type, int status) => OddServer.StartAsync(
        context => OddServer.TextAsync(context, body.Replace("#", secret, StringComparison.Ordinal), type, status));
}
