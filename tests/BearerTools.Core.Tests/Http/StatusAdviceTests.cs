using System.Net.Sockets;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class StatusAdviceTests : IDisposable
{
    private readonly Wire _wire = new(redirects: new RedirectRules { MaxHops = 0 });

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData(300, "prefers none: choose one with an Accept header")]
    [InlineData(304, "has not changed")]
    [InlineData(305, "obsolete")]
    [InlineData(400, "correct the path, the query, the headers or the body as its documentation says")]
    [InlineData(405, "does not support GET: correct the address or the method")]
    [InlineData(408, "try again")]
    [InlineData(409, "read it again")]
    [InlineData(410, "no longer exists")]
    [InlineData(412, "ETag")]
    [InlineData(422, "as its documentation says")]
    [InlineData(500, "try again")]
    [InlineData(501, "does not support this request")]
    [InlineData(502, "A gateway got no valid response")]
    [InlineData(503, "try again later")]
    [InlineData(505, "does not support HTTP/1.1: choose another version with -HttpVersion")]
    [InlineData(507, "not enough space")]
    [InlineData(520, "try again")]
    public async Task A_status_has_a_next_step(int status, string advice)
    {
        await using var server = await OddServer.RespondingAsync("", status);

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Contains(advice, error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("Idempotency", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_of_the_API_is_referred_to_if_there_is_one()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, """{"message":"name is required"}""", 422));

        Assert.Contains("as its message says", (await _wire.FailAsync(server.At("/"))).NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_methods_that_the_address_supports_are_named()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Allow = "POST, PUT";
            return OddServer.JsonAsync(http, "", 405);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.StartsWith("The address does not support GET, only POST, PUT: correct", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_the_address_rejects_although_it_lists_it_is_not_recommended()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Allow = "get, POST";
            return OddServer.JsonAsync(http, "", 405);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.StartsWith("The API rejects GET, although it says that the address supports it", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_a_redirect_changed_is_named()
    {
        await using var server = await OddServer.StartAsync(http => http.Request.Path == "/here"
            ? Wire.Redirecting(() => "/there")(http)
            : OddServer.JsonAsync(http, "", 405));
        using var wire = new Wire();

        var error = await wire.FailAsync(Wire.Post(server.At("/here")));

        Assert.StartsWith("A redirect changed POST to GET, which the address does not support", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("-PreserveHttpMethodOnRedirect", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://collector.test/steal?x=1", "another host or port, https://collector.test/steal?x=…. The token is not")]
    [InlineData("http://127.0.0.2:9/x", "another host or port, http://127.0.0.2:9/x. The token is not")]
    [InlineData("//collector.test", "another host or port, http://collector.test/. The token is not")]
    public async Task The_advice_for_a_redirect_to_another_origin_does_not_invite_to_request_it(string location, string advice)
    {
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => location));

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Contains(advice, error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("request that address", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("follow", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_status_at_another_origin_after_a_redirect_says_that_no_token_is_sent_there(int status)
    {
        await using var other = await OddServer.RespondingAsync("", status);
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => other.Address + "/x"));
        using var wire = new Wire();

        var error = await wire.FailAsync(server.At("/"));

        Assert.StartsWith(
            $"A redirect led to another origin, {other.Address}, where no token is sent", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_target_of_a_redirect_is_clipped()
    {
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => "/" + new string('a', 5000)));

        Assert.InRange((await _wire.FailAsync(server.At("/"))).NextStep!.Length, 200, 350);
    }

    [Fact]
    public async Task A_redirect_status_that_is_not_followed_is_not_said_to_be()
    {
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => "/there", 306));

        Assert.DoesNotContain("-MaximumRedirection", (await _wire.FailAsync(server.At("/"))).NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/there?api_key=hidden&page=2", "/there?api_key=…")]
    [InlineData("http://ada:secret@other.test/", "an address that cannot be used")]
    [InlineData("file:///etc/passwd", "an address that cannot be used")]
    public async Task A_redirect_that_is_not_followed_names_its_target_without_secrets(string location, string advice)
    {
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => location));

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Contains(advice, error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Message + error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    public async Task A_request_that_the_API_may_have_processed_says_why_it_was_not_retried(int status)
    {
        await using var server = await OddServer.RespondingAsync("", status);
        using var wire = new Wire(retries: new() { RetriesEveryFailure = true });

        var error = await wire.FailAsync(Wire.Post(server.At("/")));

        Assert.Equal(1, wire.Attempts);
        Assert.Contains("A POST request is not retried, because the API may have processed it", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("-IdempotencyKey", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_again_is_named_as_the_reason()
    {
        await using var server = await OddServer.RespondingAsync("", 503);
        using var stream = new ForwardStream([1, 2, 3]);

        var error = await _wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(stream, "text/plain")));

        Assert.Contains("its body is a stream that cannot be read again", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_after_a_redirect_names_the_address_that_led_there()
    {
        await using var api = await OddServer.StartAsync(http => http.Request.Path == "/here"
            ? Wire.Redirecting(() => "/between")(http)
            : http.Request.Path == "/between" ? Wire.Redirecting(() => "/gone?token=hidden")(http) : OddServer.JsonAsync(http, "", 500));
        using var wire = new Wire();

        var error = await wire.FailAsync(api.At("/here?code=hidden"));

        Assert.StartsWith(
            $"GET {api.Address}/gone?token=… (redirected from {api.Address}/here?code=…): 500", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_fails_after_a_redirect_names_the_address_that_led_there()
    {
        await using var api = await OddServer.StartAsync(Wire.Redirecting(() => "http://127.0.0.2:9/x"));
        using var wire = new Wire();

        var error = await wire.FailAsync(api.At("/here"));

        Assert.StartsWith($"GET http://127.0.0.2:9/x (redirected from {api.Address}/here): ", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_Unix_socket_that_does_not_exist_or_that_nothing_listens_on_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), $"bearertools-{Guid.NewGuid():N}.sock");
        using var wire = new Wire(connections: HandlerOptions.Default with { UnixSocket = new UnixDomainSocketEndPoint(path) });
        var missing = await wire.FailAsync(new Uri("http://engine/x"));

        Assert.Equal("HostUnreachable", missing.ErrorId);
        Assert.Equal($"GET http://engine/x: the Unix socket '{path}' does not exist.", missing.Message);
        Assert.Contains("-UnixSocket", missing.NextStep, StringComparison.Ordinal);
        try
        {
            // Bound, and not listening.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));

            var refused = await wire.FailAsync(new Uri("http://engine/x"));

            Assert.Contains($"no service listens on the Unix socket '{path}'", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [UnixFact]
    public async Task A_folder_or_a_file_in_place_of_a_Unix_socket_is_named()
    {
        using var folder = new TestFolder();
        var directory = Directory.CreateDirectory(folder.At("directory")).FullName;
        foreach (var (path, kind) in new[] { (directory, "folder"), (folder.Write("a", "text"u8), "file"), (folder.Write("b", []), "file") })
        {
            using var wire = new Wire(connections: HandlerOptions.Default with { UnixSocket = new UnixDomainSocketEndPoint(path) });

            var error = await wire.FailAsync(new Uri("http://engine/x"));

            Assert.Equal($"GET http://engine/x: '{path}' is a {kind}, not a Unix socket.", error.Message);
        }
    }

    private sealed class ForwardStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
