using System.Net;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Security;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

public sealed class RedirectHandlerTests : IAsyncLifetime, IDisposable
{
    private readonly Wire _wire = new();
    private OddServer _api = null!;
    private OddServer _other = null!;
    private string _to = "/there";
    private int _status = StatusCodes.Status302Found;

    public async Task InitializeAsync()
    {
        _api = await OddServer.StartAsync(http => http.Request.Path == "/here" ? Wire.Redirecting(() => _to, _status)(http) : OddServer.JsonAsync(http, "{}"));
        _other = await OddServer.StartAsync(http => http.Request.Path == "/back" ? Wire.Redirecting(() => _api.Address + "/home")(http) : OddServer.JsonAsync(http, "{}"));
    }

    public void Dispose() => _wire.Dispose();

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_hop_within_the_origin_keeps_token_and_headers()
    {
        using var response = await _wire.SendAsync(WithHeader(Wire.Get(_api.At("/here"))));

        Assert.Equal("/there", _api.Requests[1].Path);
        Assert.Equal(_api.Requests[0].Headers["Authorization"], _api.Requests[1].Headers["Authorization"]);
        Assert.Equal("k", _api.Requests[1].Headers["X-Api-Key"]);
        Assert.Equal(_api.At("/there"), response.Template.Address);
        Assert.Equal(2, _wire.Attempts);
    }

    [Fact]
    public async Task A_401_of_another_origin_is_not_explained_by_the_token()
    {
        await using var other = await OddServer.RespondingAsync("{}", 401);
        _to = other.Address + "/x";

        var error = await _wire.FailAsync(_api.At("/here"));

        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.StartsWith($"A redirect led to another origin, {other.Address}, where no token is sent", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hop_to_another_origin_loses_the_token_and_the_callers_headers()
    {
        _to = _other.Address + "/there";

        using var response = await _wire.SendAsync(WithHeader(Wire.Get(_api.At("/here"))));

        Assert.True(response.IsSuccess);
        var arrived = Assert.Single(_other.Requests);
        Assert.False(arrived.Headers.ContainsKey("Authorization"));
        Assert.False(arrived.Headers.ContainsKey("X-Api-Key"));
        Assert.False(arrived.Headers.ContainsKey("Referer"));
    }

    [Fact]
    public async Task A_hop_back_home_does_not_bring_the_token_back()
    {
        _to = _other.Address + "/back";

        using var response = await _wire.SendAsync(WithHeader(Wire.Get(_api.At("/here"))));

        Assert.Equal("/home", _api.Requests[1].Path);
        Assert.False(_api.Requests[1].Headers.ContainsKey("Authorization"));
        Assert.False(_api.Requests[1].Headers.ContainsKey("X-Api-Key"));
    }

    [Fact]
    public async Task A_network_path_is_another_origin()
    {
        _to = _other.Address["http:".Length..] + "/there";

        using var response = await _wire.SendAsync(Wire.Get(_api.At("/here")));

        Assert.False(Assert.Single(_other.Requests).Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_body_does_not_follow_to_another_origin(int status)
    {
        _to = _other.Address + "/there";
        _status = status;

        var error = await _wire.FailAsync(Wire.Post(_api.At("/here")));

        Assert.Equal("RedirectRefused", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.Contains(_other.Address, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.NextStep);
        Assert.Empty(_other.Requests);
    }

    [Theory]
    [InlineData("POST", 300, "GET")]
    [InlineData("POST", 301, "GET")]
    [InlineData("POST", 302, "GET")]
    [InlineData("POST", 303, "GET")]
    [InlineData("POST", 307, "POST")]
    [InlineData("POST", 308, "POST")]
    [InlineData("PUT", 302, "PUT")]
    [InlineData("PUT", 303, "GET")]
    public async Task Method_and_body_follow_as_the_status_says(string method, int status, string then)
    {
        _status = status;

        using var response = await _wire.SendAsync(Wire.Post(_api.At("/here")) with { Method = new HttpMethod(method) });

        Assert.Equal(then, _api.Requests[1].Method);
        Assert.Equal(then == "GET" ? "" : _api.Requests[0].Body, _api.Requests[1].Body);
        Assert.Equal(then != "GET", _api.Requests[1].Headers.ContainsKey("Content-Type"));
    }

    [Fact]
    public async Task HEAD_stays_HEAD()
    {
        _status = StatusCodes.Status303SeeOther;

        using var response = await _wire.SendAsync(Wire.Get(_api.At("/here")) with { Method = HttpMethod.Head });

        Assert.Equal("HEAD", _api.Requests[1].Method);
    }

    [Theory]
    [InlineData("http://api.invalid/there")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("ftp://127.0.0.1/there")]
    [InlineData("file:///etc/hostname")]
    [InlineData("https://user:pass@api.invalid/there")]
    public async Task A_redirect_that_leaves_https_or_names_a_user_is_refused(string to)
    {
        _to = to;

        var error = await _wire.FailAsync(_api.At("/here"));

        Assert.Equal("RedirectRefused", error.ErrorId);
        Assert.Equal(HttpStatusCode.Found, error.StatusCode);
        Assert.DoesNotContain("pass@", Wire.AllTextOf(error), StringComparison.Ordinal);
        Assert.Equal(1, _wire.Attempts);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("http://")]
    [InlineData("http://a b/")]
    [InlineData("http://a\u200Db.invalid/")]
    [InlineData("http://[::1/")]
    [InlineData("http://127.0.0.1:99999/")]
    [InlineData("javascript:alert(1)")]
    public async Task A_redirect_that_is_no_address_is_refused(string to)
    {
        await using var server = new SocketServer(async talk =>
        {
            await talk.ReadAsync();
            await talk.Stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"));
            await talk.HangAsync();
        });

        var error = await _wire.FailAsync(server.At("/here"));

        Assert.Equal("RedirectRefused", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.DoesNotContain('\u200D', error.Message);
    }

    [Theory]
    [InlineData("DELETE", 307)]
    [InlineData("DELETE", 302)]
    [InlineData("POST", 307)]
    [InlineData("POST", 308)]
    [InlineData("PURGE", 301)]
    public async Task A_request_that_changes_something_is_not_repeated_at_another_origin(string method, int status)
    {
        _to = _other.Address + "/there";
        _status = status;

        var error = await _wire.FailAsync(Wire.Get(_api.At("/here")) with { Method = new HttpMethod(method) });

        Assert.Equal("RedirectRefused", error.ErrorId);
        Assert.Contains(method, error.Message, StringComparison.Ordinal);
        Assert.Empty(_other.Requests);
    }

    [Fact]
    public async Task A_POST_without_a_body_that_becomes_GET_may_cross_origins()
    {
        _to = _other.Address + "/there";
        _status = StatusCodes.Status303SeeOther;

        using var response = await _wire.SendAsync(Wire.Get(_api.At("/here")) with { Method = HttpMethod.Post });

        Assert.Equal("GET", Assert.Single(_other.Requests).Method);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://127.1:1/")]
    [InlineData("http://2130706433:1/")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://localhost.:1/")]
    [InlineData("http://api.localhost:1/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://[::ffff:127.0.0.2]:1/")]
    [InlineData("http://0.0.0.0:1/")]
    [InlineData("http://[::]:1/")]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    public async Task A_server_on_another_machine_cannot_redirect_a_request_to_this_machine(string to)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        await using var api = await OddServer.StartAsync(Wire.Redirecting(() => to), unixSocket: path);
        using var wire = new Wire(allowUnencrypted: true, connections: new() { UnixSocket = new(path) }, redirects: new() { AllowInsecure = true });

        var error = await wire.FailAsync(new Uri("http://api.invalid/here"));

        Assert.Equal("RedirectRefused", error.ErrorId);
        Assert.Contains("this machine", error.Message, StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaving_https_needs_permission_on_this_machine_too_and_never_takes_the_token_along(bool isAllowed)
    {
        using var certificate = TestCertificate.Create();
        await using var api = await OddServer.StartAsync(Wire.Redirecting(() => _other.Address + "/there"), certificate);
        var origins = new[] { Origin.Of(_other.At("/")), Origin.Of(api.At("/")) };
        using var wire = new Wire(connections: new() { SkipCertificateCheck = true }, origins: origins, redirects: new() { AllowInsecure = isAllowed, PreserveToken = true });

        if (!isAllowed)
        {
            Assert.Equal("RedirectRefused", (await wire.FailAsync(api.At("/here"))).ErrorId);
            Assert.Empty(_other.Requests);
            return;
        }

        using var response = await wire.SendAsync(Wire.Get(api.At("/here")));
        Assert.False(Assert.Single(_other.Requests).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_circle_ends()
    {
        _to = "/here";

        var error = await _wire.FailAsync(_api.At("/here"));

        Assert.Equal("TooManyRedirects", error.ErrorId);
        Assert.Contains("-MaximumRedirection", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(1 + RedirectRules.DefaultMaxHops, _api.Requests.Count);
    }

    [Theory]
    [InlineData(304)]
    [InlineData(399)]
    public async Task Other_statuses_of_the_300s_are_responses(int status)
    {
        _status = status;

        using var response = await _wire.SendAsync(Wire.Get(_api.At("/here")));

        Assert.Equal(status, (int)response.Status);
    }

    [Fact]
    public async Task A_redirect_without_a_target_is_not_followed()
    {
        _to = "";

        Assert.Equal("HttpStatus302", (await _wire.FailAsync(_api.At("/here"))).ErrorId);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_wound_back_does_not_follow()
    {
        _status = StatusCodes.Status307TemporaryRedirect;
        using var body = new MemoryStream("once"u8.ToArray());
        var template = Wire.Post(_api.At("/here"), new UnrepeatableBody(body));

        Assert.Equal("BodyNotReplayable", (await _wire.FailAsync(template)).ErrorId);
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task Cookies_are_not_kept_from_one_request_to_the_next()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Cookies.Append("session", "1");
            return http.Request.Path == "/here" ? Wire.Redirecting(() => "/there")(http) : OddServer.JsonAsync(http, "{}");
        });

        using var response = await _wire.SendAsync(Wire.Get(server.At("/here")));

        Assert.All(server.Requests, request => Assert.False(request.Headers.ContainsKey("Cookie")));
    }

    private static RequestTemplate WithHeader(RequestTemplate template) => template with { Headers = [new("X-Api-Key", "k")] };

    private sealed class UnrepeatableBody(Stream stream) : RequestBody("text/plain")
    {
        public override bool CanReplay => false;

        protected override HttpContent Create() => new StreamContent(stream);
    }
}
