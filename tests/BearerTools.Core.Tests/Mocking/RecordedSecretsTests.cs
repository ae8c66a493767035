using System.Net;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;

namespace BearerTools.Tests.Mocking;

/// <summary>Secrets that nothing but the recorded requests and responses contains.</summary>
public sealed class RecordedSecretsTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/");

    /// <summary>A secret stands for {0}, and another one for {1}.</summary>
    private static readonly string[] s_bodies =
    [
        """{"password":"{0}","nested":{"client_secret":"{1}"}}""",
        """{"tokens":["{0}",["{1}"]]}""",
        """{"private_key":"{0}","connectionString":"AccountKey={1};x=y"}""",
        """{"text":"{\"password\":\"{0}\"}","url":"https://h/a?access_token={1}&page=2"}""",
        """{"log":"user=ada password={0} ok","login":"https://ada:{1}@host/"}""",
        """{"echo":"it was {0}","secret":"{0}","sessionId":"{1}"}""",
        """{"authorization":"{0}","header":"Authorization: Bearer {1}"}""",
        "{\"a\":1}\n{\"api_key\":\"{0}\"}\n{\"x\":{\"accessToken\":\"{1}\"}}\n",
        "event: a\ndata: {\"token\":\"{0}\"}\n\ndata: {\ndata:   \"refresh_token\": \"{1}\"\ndata: }\n\n",
        "data: {\"text\":\"{\\\"password\\\":\\\"{0}\\\"}\"}\n\ndata: cookie={1}\n\n",
        "grant_type=x&client_secret={0}&assertion={1}",
        "<a><Password>{0}</Password><b:Token xmlns:b=\"c\" id=\"1\">{1}</b:Token></a>",
        "<a password=\"{0}\" sig='{1}'/>",
        "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{0}\r\n--x\r\nContent-Disposition: form-data; name=\"secret\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\n{1}\r\n--x--\r\n",
        "[db]\npassword = {0}\nsecret={1}\n",
        "https://h/blob?sv=1&sig={0} and https://h/?code_verifier={1}",
    ];

    /// <summary>Values of headers.</summary>
    private static readonly (string Name, string Value)[] s_headers =
    [
        ("Set-Cookie", "a={0}; Path=/"),
        ("X-Auth-Token", "{0}"),
        ("X-Api-Key", "{0}"),
        ("Location", "https://h/cb?access_token={0}&a=b"),
        ("X-Next", "/cart;jsessionid={0}/items"),
        ("Link", "<https://h/a?page=2&sig={0}>; rel=\"next\""),
        ("X-Debug", "Authorization: Bearer {0}"),
        ("Authentication-Info", "password=\"{0}\""),
        ("X-Session-Id", "{0}"),
    ];

    [Fact]
    public async Task None_of_many_secrets_in_requests_and_responses_is_recorded()
    {
        var planted = new List<string>();
        var recorder = new ApiRecorder(s_base, new Redaction([]));
        var number = 0;
        foreach (var body in s_bodies)
        {
            await Send(recorder, $"/a/{number++}", Plant(body), Plant(body));
            await Send(recorder, $"/a/{number++};jsessionid={Plant("{0}")}?access_token={Plant("{0}")}&sig={Plant("{0}")}", null, Plant(body), [.. s_headers.Select(header => (header.Name, Plant(header.Value)))]);
        }

        var jwt = $"eyJ{Convert.ToHexString(RandomNumberGenerator.GetBytes(12))}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(12))}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(12))}";
        planted.Add(jwt);
        var known = new Secret(New());
        planted.Add(known.Reveal());
        await Send(recorder, $"/verify/{jwt}/x", null, $"text {jwt} {known.Reveal()}");
        await Send(recorder, "/binary", null, "\u00ff\u00fe\0" + known.Reveal(), isBinary: true);

        var file = Encoding.UTF8.GetString(recorder.ToRecording([]).ToUtf8());

        Assert.True(planted.Count > 40);
        string[] found = [.. planted.Select(secret => file.IndexOf(secret, StringComparison.Ordinal)).Where(at => at >= 0).Select(at => file[Math.Max(0, at - 50)..at])];
        Assert.Empty(found);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.Latin1.GetBytes("\u00ff\u00fe\0" + known.Reveal())), file, StringComparison.Ordinal);
        Assert.All(RecordingReader.Read("file", Encoding.UTF8.GetBytes(file)).Entries, entry => Assert.Equal(200, entry.Status));
        GC.KeepAlive(known);

        string Plant(string template)
        {
            foreach (var place in new[] { "{0}", "{1}" })
            {
                if (!template.Contains(place, StringComparison.Ordinal)) continue;
                planted.Add(New());
                template = template.Replace(place, planted[^1], StringComparison.Ordinal);
            }

            return template;
        }
    }

    [Theory]
    [InlineData("""{"key":"OPS-17","token_type":"Bearer","tokenFormat":"jwt","nextPageToken":"abc","passwordChangedAt":"2026-01-01","authorizationUri":"https://a"}""")]
    [InlineData("""{"note":"Basic authentication is off; a=b","link":"https://h/?$skiptoken=abc&cursor=d"}""")]
    [InlineData("data: {\"token_type\":\"x\",\"id\":1}\n\n")]
    [InlineData("<a><TokenType>x</TokenType><NextToken>abc</NextToken></a>")]
    [InlineData("id,key,name\n1,a-key,ada\n")]
    public void What_is_no_secret_stays(string body) =>
        Assert.Equal(body, Encoding.UTF8.GetString(RecordedBody.Of(Encoding.UTF8.GetBytes(body), new Redaction([]))!.Content));

    [Fact]
    public void A_challenge_stays()
    {
        var header = new Redaction([]).Redact(KeyValuePair.Create("WWW-Authenticate", "Bearer realm=\"a\", authorization_uri=\"https://h/authorize\", error=\"invalid_token\""));

        Assert.DoesNotContain(LiveSecrets.Mark, header.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_left_out_and_named()
    {
        var recorder = new ApiRecorder(s_base, new Redaction([]));

        await Send(recorder, "/big", null, new string('a', ApiRecorder.MaxBody + 1));
        await Send(recorder, "/small", null, "a");
        var error = await Assert.ThrowsAsync<BearerRequestException>(() => Send(recorder, "/upload", new string('a', ApiRecorder.MaxBody + 1), "a"));

        Assert.Equal("GET /big", Assert.Single(recorder.TooLong).ToString());
        Assert.Equal("GET /small", Assert.Single(recorder.ToRecording([]).Entries).ToString());
        Assert.Equal("RecordingBodyTooLong", error.ErrorId);
    }

    private static string New() => "s-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    private static async Task Send(
        ApiRecorder recorder, string address, string? request, string response, IReadOnlyList<(string Name, string Value)>? headers = null, bool isBinary = false)
    {
        using var network = new HttpMessageInvoker(new Network(() =>
        {
            var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent((isBinary ? Encoding.Latin1 : Encoding.UTF8).GetBytes(response)) };
            foreach (var (name, value) in headers ?? []) Assert.True(message.Headers.TryAddWithoutValidation(name, value));
            return message;
        }));
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(s_base, address));
        if (request is not null) message.Content = new StringContent(request);
        using var received = await recorder.SendAsync(message, network, CancellationToken.None);
        using var body = await received.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
    }

    private sealed class Network(Func<HttpResponseMessage> respond) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(respond());
    }
}
