using System.Security.Cryptography;
using System.Text;
using BearerTools.Http.Bodies;
using BearerTools.Http.Tracing;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;

namespace BearerTools.Tests.Security;

/// <summary>One classification of secrets, for the trace, recordings, previews of bodies and messages.</summary>
public sealed class TextRedactionTests
{
    /// <summary>{0} stands for a secret that the process does not know.</summary>
    private static readonly string[] s_bodies =
    [
        """{"password":"{0}"}""",
        """{"connectionString":"{0}","auth":"{0}","sid":"{0}"}""",
        """{"settings":[{"name":"DB_PASSWORD","value":"{0}"}]}""",
        """{"credentials":{"password":{"value":"{0}"}}}""",
        """{"next":"instance?sig={0}&page=2","path":"/cb?code={0}"}""",
        """{"log":"AccountName=a;AccountKey={0};x=y"}""",
        """{"text":"it is ghp_{0}"}""",
        """{"text":"Invalid password: {0}"}""",
        """{"text":"the header X-Api-Key: {0} is not valid"}""",
        "grant_type=authorization_code&code={0}&client_secret={0}",
        "a=1&payload=%7B%22user%22%3A%22ada%22%2C%22password%22%3A%22{0}%22%7D",
        "payload=%5B%7B%22a%22:%22b%22,%22auth%22:%7B%22token%22:%22{0}%22%7D%7D%5D&b=2",
        "<credentials><password><value>{0}</value></password></credentials>",
        "<c><add key=\"password\" value=\"{0}\"/><add key=\"a\" value=\"b\"/></c>",
        "<entry key='DbPassword'><v>{0}</v></entry>",
        "<dict><key>password</key><string>{0}</string></dict>",
        "<a><password><![CDATA[{0}]]></password></a>",
        "<form><input name=\"token\" value=\"{0}\"></form>",
        "<a password=\"two words {0}\"/>",
        "db:\n  password: {0}\n  host: a\n",
        "Cookie: a={0}; b={0}\n",
        "[db]\npassword = {0}\n",
        "AccountKey={0};EndpointSuffix=a",
    ];

    public static TheoryData<string> Bodies() => [.. s_bodies];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void No_body_shows_its_secret(string template)
    {
        var secret = "a1" + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        var body = Encoding.UTF8.GetBytes(template.Replace("{0}", secret, StringComparison.Ordinal));

        Assert.All(
            new[]
            {
                BodyText.Of(body, isCut: false, null)!.Text,
                Encoding.UTF8.GetString(RecordedBody.Of(body, new Redaction([]))!.Content),
                BodyPreview.Of(body, null),
                ServerText.Sentence(Encoding.UTF8.GetString(body)),
            }[..(template.Contains("db:", StringComparison.Ordinal) || template.StartsWith("Cookie", StringComparison.Ordinal) ? 3 : 4)],
            text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"code":"NotFound","error":{"code":"AuthorizationFailed","message":"no"},"status":"ok"}""")]
    [InlineData("""{"key":"OPS-17","token_type":"Bearer","expires_in":3600,"usage":{"prompt_tokens":12,"total_tokens":30}}""")]
    [InlineData("""{"private":true,"privateLink":{"id":"a"},"sessions":[{"title":"Opening"}],"session":{"title":"Opening"}}""")]
    [InlineData("""{"tokenizer":"bpe","secretary":"Bob","secretariat":"Hall 7"}""")]
    [InlineData("""{"name":"Reset your password","value":"a long article"}""")]
    [InlineData("""{"passwordPolicy":{"minLength":8},"signatureAlgorithm":"RS256","authorizationUri":"https://a.example/x"}""")]
    [InlineData("<a><code>NotFound</code><TokenType>Bearer</TokenType><name>ada</name><value>b</value></a>")]
    [InlineData("code=404&state=open")]
    [InlineData("filter=%7B%22state%22%3A%22open%22%7D&page=2")]
    [InlineData("The password is required. Token expired at 2026-01-01T10:00:00Z.")]
    public void Text_without_secrets_stays_readable(string body)
    {
        Assert.Equal(body, BodyText.Of(Encoding.UTF8.GetBytes(body), isCut: false, null)!.Text);
        Assert.Equal(body, Encoding.UTF8.GetString(RecordedBody.Of(Encoding.UTF8.GetBytes(body), new Redaction([]))!.Content));
    }

    [Theory]
    [InlineData("Invalid password: hunter2hunter2", "Invalid password: ***")]
    [InlineData("The token 'abc12345' has expired.", "The token '***' has expired.")]
    [InlineData("The API key provided: 0123456789abcdef", "The API key provided: ***")]
    [InlineData("unexpected header X-Api-Key: 0123456789abcdef", "unexpected header X-Api-Key: ***")]
    [InlineData("password: is required", "password: is required")]
    [InlineData("password: required", "password: required")]
    [InlineData("invalid_token: AADSTS700016: Application not found", "invalid_token: AADSTS700016: Application not found")]
    [InlineData("InvalidAuthenticationToken: CompactToken parsing failed with error code: 80049217", "InvalidAuthenticationToken: CompactToken parsing failed with error code: 80049217")]
    [InlineData("Primary key: 12345678 is not unique", "Primary key: 12345678 is not unique")]
    [InlineData("The token's issuer: https://id.contoso.com/v2", "The token's issuer: https://id.contoso.com/v2")]
    public void Sentences_of_servers_lose_what_looks_like_a_secret(string text, string expected) => Assert.Equal(expected, ServerText.Sentence(text));

    [Fact]
    public void A_recording_keeps_cursors_for_the_next_page_and_the_trace_does_not()
    {
        const string Body = """{"nextPageToken":"abc"}""";
        Assert.Equal(Body, Encoding.UTF8.GetString(RecordedBody.Of(Encoding.UTF8.GetBytes(Body), new Redaction([]))!.Content));
        Assert.Equal("""{"nextPageToken":"REDACTED"}""", BodyText.Of(Encoding.UTF8.GetBytes(Body), isCut: false, null)!.Text);
    }
}
