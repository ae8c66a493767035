using System.Net;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

public sealed class RequestFailureTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public async Task Problem_details_are_shown()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.TextAsync(
            http, """{"title":"Not found","status":404,"detail":"There is no user 'eve'."}""", "application/problem+json", 404));

        var error = await _wire.FailAsync(server.At("/users/eve?key=hidden"));

        Assert.Equal($"GET {server.Address}/users/eve?key=…: 404 Not Found: There is no user 'eve'.", error.Message);
        Assert.Equal("HttpStatus404", error.ErrorId);
        Assert.Equal(BearerErrorKind.NotFound, error.Kind);
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Equal("There is no user 'eve'.", error.Details);
        Assert.Equal($"{server.Address}/users/eve?key=…", error.Address);
        Assert.Contains("\"status\":404", error.Body, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", error.Headers["content-type"].Single());
    }

    [Theory]
    [InlineData("", "401 Unauthorized: The access token expired at 12:00")]
    [InlineData("{\"message\":\"the access token expired at 12:00.\"}", "401 Unauthorized: the access token expired at 12:00.")]
    [InlineData("{\"message\":\"No.\"}", "401 Unauthorized: No. (WWW-Authenticate: The access token expired at 12:00)")]
    public async Task The_description_of_a_challenge_is_quoted(string body, string message)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\", error_description=\"The access token expired at 12:00\"";
            return OddServer.JsonAsync(http, body, 401);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal($"GET {server.Address}/: {message}", error.Message);
        Assert.StartsWith("The API says that the token has expired: get a new one", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7, "The server refused the request without processing it: send it again, with fewer requests at a time.")]
    [InlineData(0x2, "The server may have processed the request: check that before you send it again.")]
    public void A_stream_that_is_refused_was_not_processed(long code, string nextStep)
    {
        var template = new RequestTemplate { Method = HttpMethod.Post, Address = new Uri("https://api.contoso.com/") };
        var cause = new HttpRequestException(
            HttpRequestError.HttpProtocolError, "reset", new HttpProtocolException(code, "reset", null));

        Assert.Equal(nextStep, RequestFailure.FromConnection(cause, template).NextStep);
    }

    [Fact]
    public async Task A_challenge_of_another_scheme_that_calls_the_token_invalid_is_advised_as_another_scheme()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.WWWAuthenticate = "Token error=\"invalid_token\"";
            return OddServer.JsonAsync(http, "", 403);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.StartsWith("The API asks for the scheme Token, not Bearer. Connect with", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_response_of_an_error_can_be_read_whatever_length_and_encoding_the_server_announced()
    {
        var headers = new Dictionary<string, IReadOnlyList<string>> { ["Content-Length"] = ["3000000000"], ["Content-Encoding"] = ["gzip"] };
        var error = new BearerRequestException("gone", HttpStatusCode.NotFound, headers, "gone");

        Assert.Equal("gone", await error.Response!.Content.ReadAsStringAsync());
        Assert.Equal(4, error.Response.Content.Headers.ContentLength);
        Assert.Empty(error.Response.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData(400, BearerErrorKind.InvalidArgument)]
    [InlineData(401, BearerErrorKind.Authentication)]
    [InlineData(403, BearerErrorKind.Permission)]
    [InlineData(404, BearerErrorKind.NotFound)]
    [InlineData(408, BearerErrorKind.Timeout)]
    [InlineData(410, BearerErrorKind.NotFound)]
    [InlineData(422, BearerErrorKind.InvalidArgument)]
    [InlineData(429, BearerErrorKind.Throttled)]
    [InlineData(500, BearerErrorKind.Server)]
    [InlineData(503, BearerErrorKind.Server)]
    [InlineData(504, BearerErrorKind.Timeout)]
    public async Task Every_status_is_a_kind_of_error(int status, BearerErrorKind kind)
    {
        await using var server = await OddServer.RespondingAsync("", status);

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal(kind, error.Kind);
        Assert.Equal($"HttpStatus{status}", error.ErrorId);
        Assert.Null(error.Body);
        Assert.NotNull(error.NextStep);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public async Task Characters_that_steer_a_terminal_are_taken_out(string contentType)
    {
        var words = contentType == "text/plain" ? "\u001b[31mred\u0007 \u009b2J \rforged" : """{"detail":"\u001b[31mred\u0007 \u009b2J \rforged"}""";
        await using var server = await OddServer.StartAsync(http => OddServer.TextAsync(http, words, contentType, 400));

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Contains("red", error.Message, StringComparison.Ordinal);
        Assert.Contains("forged", error.Message, StringComparison.Ordinal);
        foreach (var text in (string?[])[error.Message, error.Details, error.Body]) Assert.DoesNotContain(text!, char.IsControl);
    }

    [Fact]
    public async Task A_token_that_the_server_repeats_is_not_in_the_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            var token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            http.Response.Headers["X-Seen"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("x:" + token))}";
            return OddServer.JsonAsync(http, $$"""{"detail":"Cannot read {{token}} or {{Uri.EscapeDataString(token)}}.","caller":"{{token}}"}""", 500);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Contains("Cannot read ***", error.Message, StringComparison.Ordinal);
        Assert.Contains("***", error.Headers["X-Seen"].Single(), StringComparison.Ordinal);
        Assert.False(TestTokens.HoldsSecret(Wire.AllTextOf(error)));
        Assert.DoesNotContain(_wire.Tokens.Current!.Value.Reveal(), Wire.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "x")]
    [InlineData(10, "x")]
    [InlineData(30, "x")]
    [InlineData(10, "é")]
    [InlineData(10, "€")]
    public async Task A_token_where_the_body_is_cut_is_not_shown_in_part(int shown, string filler)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            var token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            // At each of the places where a reader may stop.
            var text = new StringBuilder();
            for (var cut = 64 * 1024; cut <= 256 * 1024; cut += 1024)
            {
                var missing = cut - shown - Encoding.UTF8.GetByteCount(text.ToString());
                text.Insert(text.Length, filler, missing / Encoding.UTF8.GetByteCount(filler)).Append(token);
            }

            return OddServer.TextAsync(http, text.ToString(), "text/plain; charset=utf-8", 500);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.DoesNotContain(_wire.Tokens.Current!.Value.Reveal()[..8], Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.InRange(error.Body!.Length, 10 * 1024, (64 * 1024) + 1);
    }

    [Fact]
    public async Task Headers_that_carry_credentials_are_blanked()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.SetCookie = "session=abc";
            http.Response.Headers["X-Auth-Token"] = "abc";
            http.Response.Headers["X-Request-Id"] = "1, 2";
            return OddServer.JsonAsync(http, "{}", 500);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal(["***"], error.Headers["set-cookie"]);
        Assert.Equal(["***"], error.Headers["X-Auth-Token"]);
        Assert.Equal(["1, 2"], error.Headers["X-Request-Id"]);
    }

    [Theory]
    [InlineData("utf-16", "Grüße")]
    [InlineData("iso-8859-1", "Grüße")]
    [InlineData("no-such-charset", "Gruss")]
    [InlineData("utf-7", "Gruss")]
    public async Task The_text_is_read_in_the_charset_that_the_response_names(string charset, string words)
    {
        var encoding = charset is "utf-16" or "iso-8859-1" ? Encoding.GetEncoding(charset) : Encoding.ASCII;
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.StatusCode = 400;
            http.Response.ContentType = $"text/plain; charset={charset}";
            return http.Response.Body.WriteAsync(encoding.GetBytes(words)).AsTask();
        });

        Assert.Equal(words, (await _wire.FailAsync(server.At("/"))).Details);
    }

    [Fact]
    public async Task An_error_whose_body_breaks_off_is_still_that_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.StatusCode = 503;
            http.Response.ContentLength = 1000;
            return http.Response.WriteAsync("Come back");
        });

        Assert.Equal("HttpStatus503", (await _wire.FailAsync(server.At("/"))).ErrorId);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(3, 3)]
    public async Task A_body_that_trickles_in_delays_its_error_for_five_seconds_at_most_and_not_beyond_the_deadline(int? deadline, int seconds)
    {
        await using var server = new SocketServer(async talk =>
        {
            await talk.ReadAsync();
            await talk.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nSo far, ");
            await talk.HangAsync();
        });
        var clock = new TestClock();
        var context = new RequestContext(EventSink.None, default) { Time = clock, Deadline = deadline is { } limit ? new Deadline(TimeSpan.FromSeconds(limit), clock) : null };
        using var response = await _wire.Sender.SendAsync(Wire.Get(server.At("/")), context).Soon();

        var failing = RequestFailure.FromResponseAsync(response, context);
        await clock.UntilWaiting().Soon();
        clock.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.False(failing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));

        var error = await failing.Soon();
        Assert.Equal("HttpStatus400", error.ErrorId);
    }

    [Fact]
    public async Task An_error_whose_body_cannot_be_decompressed_is_still_that_error()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return OddServer.TextAsync(http, "this is not gzip, whatever the header says", "text/plain", 503);
        });

        Assert.Equal("HttpStatus503", (await _wire.FailAsync(server.At("/"))).ErrorId);
    }

    [Theory]
    [InlineData("""{"violated-policies":["daily","bandwidth"]}""", "", "(quotas 'daily' (1000 requests in 86400 s), 'bandwidth' (65535 content bytes in 10 s) are used up)")]
    [InlineData("""{"violated-policies":["other"]}""", "", "(quota 'other' is used up)")]
    [InlineData("{}", "\"daily\";r=0;t=5, \"bandwidth\";r=9", "(quota 'daily' (1000 requests in 86400 s) is used up)")]
    [InlineData("""{"violated-policies":"daily"}""", "\"daily\";r=x", "429 Too Many Requests")]
    public async Task The_quota_policy_that_a_refusal_is_about_is_named(string body, string current, string expected)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers["RateLimit-Policy"] = "\"daily\";q=1000;w=86400, \"bandwidth\";q=65535;qu=\"content-bytes\";w=10";
            if (current.Length > 0) http.Response.Headers["RateLimit"] = current;
            return OddServer.TextAsync(http, body, "application/problem+json", 429);
        });

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal(BearerErrorKind.Throttled, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exception_can_be_made_in_a_mock()
    {
        var error = new BearerRequestException("gone", HttpStatusCode.Gone);

        Assert.Equal(HttpStatusCode.Gone, error.StatusCode);
        Assert.Empty(error.Headers);
        Assert.Null(error.Body);
        Assert.IsAssignableFrom<HttpRequestException>(error);
    }
}
