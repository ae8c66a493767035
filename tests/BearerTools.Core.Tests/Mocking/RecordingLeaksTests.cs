using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;

namespace BearerTools.Tests.Mocking;

/// <summary>Secrets in the forms in which APIs return them, and fields that only look similar.</summary>
public sealed class RecordingLeaksTests
{
    private static readonly Uri s_base = new("https://api.contoso.com/");

    [Theory]
    [InlineData("text/plain; charset=utf-16")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain; charset=utf-16be")]
    [InlineData("text/plain")]
    public async Task Text_in_UTF_16_has_no_secrets_in_requests_and_responses(string contentType)
    {
        var known = new Secret(New());
        var named = New();
        var encoding = contentType.EndsWith("be", StringComparison.Ordinal) ? Encoding.BigEndianUnicode : Encoding.Unicode;
        byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes($$"""{"note":"{{known.Reveal()}}","password":"{{named}}"}""")];

        var recording = await Record(contentType, body, request: body);
        var entry = Assert.Single(recording.Entries);

        foreach (var recorded in new[] { entry.Body!, entry.RequestBody! })
        {
            Assert.Null(recorded.Bytes);
            AssertAbsent(Encoding.UTF8.GetString(recorded.Content), known.Reveal(), named);
        }

        AssertAbsent(FileOf(recording), known.Reveal(), named);
    }

    [Theory]
    [InlineData("""{"body":"{\"mail\":{\"work\":\"{0}\"}}"}""")]
    [InlineData("""{"mail":{"work":"{0}"},"echo":"sent to {0}"}""")]
    [InlineData("""{"body":"{\"outer\":\"{\\\"mail\\\":{\\\"work\\\":\\\"{0}\\\"}}\"}"}""")]
    [InlineData("""{"body":"[{\"mail\":[\"{0}\"]}]"}""")]
    public void A_name_of_Redact_counts_in_JSON_inside_of_a_string(string body) => AssertRemoved(body, new Redaction(["mail"]));

    [Fact]
    public async Task A_secret_with_other_letters_is_found_in_bytes_and_escaped()
    {
        var known = new Secret($"+{New()}-\u00fc-ab");
        byte[] bytes = [0xff, 0xfe, 0, .. Encoding.UTF8.GetBytes(known.Reveal()), 0xff];

        var binary = Assert.Single((await Record("application/octet-stream", bytes)).Entries).Body!;
        var escaped = known.Reveal().Replace("\u00fc", "\\u00fc", StringComparison.Ordinal);
        var text = new Redaction([]).Redact($"log: {escaped} end");

        Assert.Equal(-1, binary.Content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(known.Reveal())));
        Assert.DoesNotContain(escaped, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Amz-Signature")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-Goog-Signature")]
    [InlineData("subscription-key")]
    [InlineData("hmac")]
    [InlineData("pw")]
    [InlineData("code")]
    [InlineData("SAMLResponse")]
    [InlineData("ticket")]
    public async Task Parameters_of_queries_forms_and_Location_are_removed(string name)
    {
        string[] secrets = [New(), New(), New(), New()];

        var file = FileOf(await Record(
            "text/html", Encoding.UTF8.GetBytes($"<a href=\"https://h/a?b=c&amp;{name}={secrets[3]}\">x</a>"),
            Encoding.UTF8.GetBytes($"a=b&{name}={secrets[0]}"), $"/a?b=c&{name}={secrets[1]}", [("Location", $"https://h/b?{name}={secrets[2]}&d=e")]));

        AssertAbsent(file, secrets);
    }

    [Theory]
    [InlineData("Ocp-Apim-Subscription-Key")]
    [InlineData("X-Functions-Key")]
    [InlineData("DPoP")]
    [InlineData("X-Hub-Signature-256")]
    public async Task Headers_and_their_echoes_are_removed(string name)
    {
        var secret = New();

        AssertAbsent(FileOf(await Record("application/json", Encoding.UTF8.GetBytes($$$"""{"headers":{"{{{name}}}":"{{{secret}}}"}}"""))), secret);
        AssertAbsent(FileOf(await Record("text/plain", "x"u8.ToArray(), headers: [(name, secret)])), secret);
    }

    [Theory]
    [InlineData("""{"password":{"plain":"{0}"}}""")]
    [InlineData("""{"token":{"value":"{0}"}}""")]
    [InlineData("""{"access_token":{"x":"{0}"}}""")]
    [InlineData("""{"adminPassword":{"value":"{0}"}}""")]
    [InlineData("""{"credentials":{"list":["{0}"]}}""")]
    [InlineData("""{"text":"{\"password\":{\"plain\":\"{0}\"}}"}""")]
    [InlineData("""{"env":[{"name":"DB_PASSWORD","value":"{0}"}]}""")]
    [InlineData("""{"env":[{"value":"{0}","name":"DB_PASSWORD"}]}""")]
    [InlineData("""{"headers":[{"value":"{0}","key":"X-Api-Key"}]}""")]
    [InlineData("""{"headers":[["Authorization","{0}"]]}""")]
    [InlineData("""{"cookies":[{"name":"a","value":"{0}"}]}""")]
    [InlineData("""{"cookies":{"a":"{0}"}}""")]
    [InlineData("a: b\napi_key: {0}\n")]
    [InlineData("db:\n  password: \"{0}\"\n  port: 1\n")]
    [InlineData("db:\n  password: \"a {0}\"\n  port: 1\n")]
    [InlineData("event: a\ndata: {\"password\":{\"plain\":\"{0}\"}}\n\n")]
    [InlineData("12:00 [info] sent {\"env\":[{\"value\":\"{0}\",\"name\":\"DB_PASSWORD\"}]}\n")]
    [InlineData("db:\n  password: |\n    {0}\n  port: 1\n")]
    [InlineData("id,name,password\n1,ada,{0}\n2,bob,\"{1}\"\n")]
    [InlineData("id;password;name\n1;{0};ada\n")]
    [InlineData("<form><input type=\"hidden\" name=\"csrf_token\" value=\"{0}\"><input value='{1}' name='csrf_token'></form>")]
    [InlineData("<form><input name=csrf_token value={0}></form>")]
    [InlineData("<meta name=\"csrf-token\" content=\"{0}\">")]
    public void Values_of_secret_names_are_removed_in_each_form(string body) => AssertRemoved(body, new Redaction([]));

    [Theory]
    [InlineData("encryptionKey")]
    [InlineData("signingKey")]
    [InlineData("masterKey")]
    [InlineData("storageKey")]
    [InlineData("primaryKey")]
    [InlineData("secondaryKey")]
    [InlineData("primary_key")]
    [InlineData("subscriptionKey")]
    [InlineData("SharedAccessSignature")]
    [InlineData("x-functions-key")]
    [InlineData("passcode")]
    [InlineData("auth_code")]
    [InlineData("authorizationCode")]
    [InlineData("totp")]
    [InlineData("pat")]
    [InlineData("bearer")]
    [InlineData("pfx")]
    [InlineData("kubeconfig")]
    public void Values_of_more_names_are_removed(string name) => AssertRemoved($$"""{"{{name}}":"{0}"}""", new Redaction([]));

    [Fact]
    public async Task A_removed_value_is_removed_from_each_later_and_earlier_text()
    {
        string[] secrets = [New(), New()];
        var recorder = new ApiRecorder(s_base, new Redaction(["X-Tenant"]));

        await Send(recorder, "text/plain", Encoding.UTF8.GetBytes($"earlier {secrets[0]}"), null, "/0", []);
        await Send(recorder, "text/plain", "x"u8.ToArray(), null, "/1", [("Set-Cookie", $"sid={secrets[0]}; Path=/; HttpOnly")], [("X-Tenant", secrets[1])]);
        GC.Collect();
        await Send(recorder, "application/json", Encoding.UTF8.GetBytes($$"""{"echo":"{{secrets[0]}}","tenant":"it is {{secrets[1]}}"}"""), null, "/2", []);

        AssertAbsent(FileOf(recorder.ToRecording([])), secrets);
    }

    [Fact]
    public void A_known_secret_is_removed_in_further_spellings()
    {
        var known = new Secret(New() + "+/ x");
        var value = known.Reveal();
        var bytes = Encoding.UTF8.GetBytes(value);
        var redaction = new Redaction([]);

        foreach (var spelling in new[]
        {
            Convert.ToBase64String(Encoding.Unicode.GetBytes(value)),
            string.Concat(bytes.Select(b => $"%{b:x2}")),
            string.Join(':', bytes.Select(b => $"{b:x2}")),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes))),
        })
            Assert.Equal("a *** b", redaction.Redact($"a {spelling} b"));

        Assert.Equal("a *** b", redaction.Redact($"a {Convert.ToBase64String(bytes)} b"));
    }

    [Theory]
    [InlineData("""{"error":{"code":"InvalidAuthenticationToken","message":"The token has expired.","status":401},"count":3,"tokens":12}""")]
    [InlineData("""{"key":"OPS-12","id":7,"name":"Reset the password","session":"Opening keynote","sessions":[{"title":"Tokens, explained"}]}""")]
    [InlineData("""{"passwordPolicy":{"minLength":8,"mustChange":true},"max_tokens":100,"usage":{"total_tokens":7},"code":"ok","status":"active"}""")]
    [InlineData("""{"keys":["a","b"],"keyboard":"qwerty","pattern":"x-1","path":"/a/b","compatible":true,"author":"ada","ticketNumber":"T-17"}""")]
    [InlineData("""{"columns":[{"name":"password","type":"text"},{"name":"id","type":"int"}],"primaryKey":"id","partitionKey":"/tenant","foreignKey":"user_id"}""")]
    [InlineData("""{"env":[{"name":"REGION","value":"eu-west-1"}],"cookiesAccepted":true,"tokenType":"Bearer"}""")]
    [InlineData("id,name,status\n1,ada,active\n")]
    [InlineData("a: b\nport: 80\nmessage: hello there\n")]
    [InlineData("<form><input name=\"city\" value=\"Bern\"></form>")]
    public void Fields_that_are_no_secrets_stay(string body) => Assert.Equal(body, Redacted(body, new Redaction([])));

    private static void AssertRemoved(string template, Redaction redaction)
    {
        string[] secrets = [New(), New()];
        AssertAbsent(Redacted(template.Replace("{0}", secrets[0], StringComparison.Ordinal).Replace("{1}", secrets[1], StringComparison.Ordinal), redaction), secrets);
    }

    private static string Redacted(string body, Redaction redaction) =>
        Encoding.UTF8.GetString(RecordedBody.Of(Encoding.UTF8.GetBytes(body), redaction)!.Content);

    private static void AssertAbsent(string text, params string[] secrets)
    {
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(JavaScriptEncoder.Default.Encode(secret), text, StringComparison.Ordinal));
        Assert.Contains(LiveSecrets.Mark, text, StringComparison.Ordinal);
    }

    private static string FileOf(Recording recording) => Encoding.UTF8.GetString(recording.ToUtf8());

    private static string New() => "s-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    private static async Task<Recording> Record(
        string contentType, byte[] body, byte[]? request = null, string address = "/a", (string Name, string Value)[]? headers = null)
    {
        var recorder = new ApiRecorder(s_base, new Redaction([]));
        await Send(recorder, contentType, body, request, address, headers ?? []);
        return recorder.ToRecording([]);
    }

    private static async Task Send(
        ApiRecorder recorder, string contentType, byte[] body, byte[]? request, string address, (string Name, string Value)[] headers,
        (string Name, string Value)[]? sent = null)
    {
        using var network = new HttpMessageInvoker(new Network(() =>
        {
            var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            foreach (var (name, value) in headers) Assert.True(message.Headers.TryAddWithoutValidation(name, value));
            return message;
        }));
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(s_base, address));
        foreach (var (name, value) in sent ?? []) Assert.True(message.Headers.TryAddWithoutValidation(name, value));
        if (request is not null)
        {
            message.Content = new ByteArrayContent(request);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType.StartsWith("text/html", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : contentType);
        }

        using var received = await recorder.SendAsync(message, network, CancellationToken.None);
        using var content = await received.Content.ReadAsStreamAsync();
        await content.CopyToAsync(Stream.Null);
    }

    private sealed class Network(Func<HttpResponseMessage> respond) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(respond());
    }
}
