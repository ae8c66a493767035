using BearerTools.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants.Login;

public sealed class DeviceCodeTests : IDisposable
{
    private readonly LoginBench _bench = new();
    private readonly TestUserPrompt _prompt = new();
    private readonly string _token = Workbench.NewToken();
    private readonly string _deviceCode = Workbench.NewToken();

    [Fact]
    public async Task The_code_the_page_and_its_host_are_shown_at_once_with_a_warning()
    {
        await using var server = await AuthorityAsync(Pending);
        using var stop = new CancellationTokenSource();
        var login = _bench.Device(server).AcquireAsync(new TokenRequestContext { UserPrompt = _prompt }, stop.Token);

        var shown = await _prompt.FirstShown;

        Assert.Contains("WDJB-MJHT", shown, StringComparison.Ordinal);
        Assert.Contains($"{server.Address}/device", shown, StringComparison.Ordinal);
        Assert.Contains("the browser shows 127.0.0.1", shown, StringComparison.Ordinal);
        Assert.Contains("only if you started this sign-in yourself", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(_deviceCode, shown, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login);
    }

    [Fact]
    public async Task A_page_that_has_the_code_in_it_is_shown_too()
    {
        await using var server = await AuthorityAsync(Pending, ",\"verification_uri_complete\":\"https://id.example.com/device?user_code=WDJB-MJHT\"");
        using var stop = new CancellationTokenSource();
        var login = _bench.Device(server).AcquireAsync(new TokenRequestContext { UserPrompt = _prompt }, stop.Token);

        Assert.Contains("https://id.example.com/device?user_code=WDJB-MJHT", await _prompt.FirstShown, StringComparison.Ordinal);
        Assert.Contains("check that the browser shows id.example.com", await _prompt.FirstShown, StringComparison.Ordinal);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login);
    }

    [Fact]
    public async Task The_token_comes_when_the_user_has_confirmed()
    {
        await using var server = await AuthorityAsync(Pending, Pending, Granted(",\"refresh_token\":\"r-123456\""));
        var source = _bench.Device(server, new GrantScope { Scopes = ["api.read", "offline_access"] });

        var login = LoginBench.AcquireAsync(source, _prompt);
        await _bench.WaitsAsync(5, 5, 5);
        var response = await login;

        Assert.Equal(_token, response.Token.Value.Reveal());
        Assert.Equal("DeviceCode", response.Token.Flow);
        Assert.Equal("r-123456", response.RefreshToken!.Reveal());
        Assert.Equal("client_id=ops", server.Requests.Single(r => r.Path == "/device_authorization").Body.Split('&')[^1]);
        Assert.Equal("api.read offline_access", server.Requests.Single(r => r.Path == "/device_authorization").Form["scope"]);
        var poll = Polls(server)[0].Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:device_code", poll["grant_type"]);
        Assert.Equal(_deviceCode, poll["device_code"]);
        Assert.Equal("ops", poll["client_id"]);
    }

    [Fact]
    public async Task The_authority_says_how_often_it_is_asked()
    {
        await using var server = await AuthorityAsync([Pending, Granted()], ",\"interval\":12");

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(12, 12);

        Assert.Equal(_token, (await login).Token.Value.Reveal());
    }

    [Fact]
    public async Task After_slow_down_the_authority_is_polled_less_often()
    {
        await using var server = await AuthorityAsync(Error("slow_down"), Pending, Error("slow_down"), Pending, Granted());

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(5, 10, 10, 15, 15);

        Assert.Equal(_token, (await login).Token.Value.Reveal());
    }

    [Fact]
    public async Task Slow_down_with_429_is_one_poll_too()
    {
        await using var server = await AuthorityAsync(Error("slow_down", 429), Pending, Granted());

        using var bench = new LoginBench(retries: true);
        var login = LoginBench.AcquireAsync(bench.Device(server), _prompt);
        await bench.WaitsAsync(5, 10, 10);

        Assert.Equal(_token, (await login).Token.Value.Reveal());
    }

    [Fact]
    public async Task An_authority_that_cannot_be_reached_for_a_while_is_asked_again_later_and_later()
    {
        await using var server = await AuthorityAsync(Broken, Broken, Pending, Granted());

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(5, 10, 20, 5);

        Assert.Equal(_token, (await login).Token.Value.Reveal());
    }

    [Fact]
    public async Task A_user_who_refuses_ends_it()
    {
        await using var server = await AuthorityAsync(Pending, Error("access_denied"));

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(5, 5);
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => login);

        Assert.Equal("AccessDenied", error.ErrorId);
        Assert.Equal("access_denied", error.Error);
        Assert.Equal(2, Polls(server).Count);
    }

    [Fact]
    public async Task A_code_that_expired_at_the_authority_ends_it()
    {
        await using var server = await AuthorityAsync(Error("expired_token"));

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(5);
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => login);

        Assert.Equal("DeviceCodeExpired", error.ErrorId);
        Assert.Single(Polls(server));
    }

    [Fact]
    public async Task A_code_that_expired_is_no_longer_polled()
    {
        await using var server = await AuthorityAsync([Pending, Pending, Pending], expiresIn: 14);

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(5, 8, 1);
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => login);

        Assert.Equal("DeviceCodeExpired", error.ErrorId);
        Assert.Equal(BearerErrorKind.Timeout, error.Kind);
        Assert.Equal(2, Polls(server).Count);
    }

    [Fact]
    public async Task The_timeout_of_the_prompt_may_be_shorter_than_the_lifetime_of_the_code()
    {
        await using var server = await AuthorityAsync(Pending, Pending);
        var prompt = new TestUserPrompt { LoginTimeout = TimeSpan.FromSeconds(7) };

        var login = LoginBench.AcquireAsync(_bench.Device(server), prompt);
        await _bench.WaitsAsync(6, 1);
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => login);

        Assert.Equal("LoginTimeout", error.ErrorId);
        Assert.Contains("within 7 s.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 4)]
    [InlineData(7, 7)]
    [InlineData(7, 30)]
    public async Task A_code_that_is_confirmed_late_is_polled_once_more_before_it_expires(int expiresIn, int interval)
    {
        await using var server = await AuthorityAsync([Granted()], $",\"interval\":{interval}", expiresIn);

        var login = LoginBench.AcquireAsync(_bench.Device(server), _prompt);
        await _bench.WaitsAsync(6);

        Assert.Equal(_token, (await login).Token.Value.Reveal());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_time_limit_within_which_no_poll_is_allowed_is_refused_before_the_code_is_shown(int seconds)
    {
        await using var server = await AuthorityAsync(Pending);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), new TestUserPrompt { LoginTimeout = TimeSpan.FromSeconds(seconds) }));

        Assert.Equal(("LoginTimeoutTooShort", BearerErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("one poll every 5 s", error.Message, StringComparison.Ordinal);
        Assert.Empty(Polls(server));
    }

    [Theory]
    [InlineData("http://id.example.com/device")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user@id.example.com/device")]
    [InlineData("//\u202E/device")]
    [InlineData("https://\u202E./device")]
    public async Task No_page_without_https_is_opened(string page)
    {
        await using var server = await AuthorityAsync([Pending], page: page);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), _prompt));

        Assert.Equal("InsecureEndpoint", error.ErrorId);
        Assert.Empty(_prompt.Shown);
    }

    [Fact]
    public async Task In_a_non_interactive_session_no_device_code_is_requested()
    {
        await using var server = await AuthorityAsync(Granted());
        var nonInteractive = new TestUserPrompt { UnavailableReason = "standard input is redirected" };

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), nonInteractive));

        Assert.Equal("NotInteractive", error.ErrorId);
        Assert.Contains("standard input is redirected", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_authority_without_the_endpoint_is_an_error_that_says_how_to_name_one()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context,
            $$"""{"issuer":"http://{{context.Request.Host}}","token_endpoint":"http://{{context.Request.Host}}/token"}"""));
        var source = new DeviceCodeSource(_bench.Client(new OAuthClientOptions { Authority = server.Address, ClientId = "ops" }), new GrantScope());

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(source, _prompt));

        Assert.Equal("DeviceCodeUnsupported", error.ErrorId);
        Assert.Contains("-DeviceAuthorizationEndpoint", error.NextStep, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private static IReadOnlyList<SeenRequest> Polls(OddServer server) => [.. server.Requests.Where(r => r.Path == "/token")];

    private static Task Pending(HttpContext context) => OddServer.JsonAsync(context, """{"error":"authorization_pending"}""", 400);

    private static Task Broken(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static RequestDelegate Error(string code, int status = 400) =>
        context => OddServer.JsonAsync(context, $$"""{"error":"{{code}}"}""", status);

    private RequestDelegate Granted(string more = "") => context =>
        OddServer.JsonAsync(context, $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600{{more}}}""");

    private Task<OddServer> AuthorityAsync(params RequestDelegate[] polls) => AuthorityAsync(polls, string.Empty);

    private Task<OddServer> AuthorityAsync(RequestDelegate poll, string more) => AuthorityAsync([poll], more);

    private Task<OddServer> AuthorityAsync(RequestDelegate[] polls, string more = "", int expiresIn = 600, string? page = null)
    {
        var next = -1;
        return OddServer.StartAsync(context => context.Request.Path == "/token"
            ? polls[Interlocked.Increment(ref next)](context)
            : OddServer.JsonAsync(context,
                $$"""{"device_code":"{{_deviceCode}}","user_code":"WDJB-MJHT","verification_uri":"{{page ?? $"http://{context.Request.Host}/device"}}","expires_in":{{expiresIn}}{{more}}}"""));
    }
}
