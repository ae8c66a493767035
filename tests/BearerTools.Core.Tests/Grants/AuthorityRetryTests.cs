using System.Net;
using System.Net.Sockets;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants;

/// <summary>Transient faults of authorities.</summary>
public sealed class AuthorityRetryTests : IDisposable
{
    private readonly Workbench _bench = new(retries: true);
    private readonly EventLog _log = new();

    [Theory]
    [InlineData(503, null, 0.25)]
    [InlineData(503, "7", 7)]
    [InlineData(503, "Tue, 01 Jan 2030 12:00:20 GMT", 20)]
    [InlineData(429, "3", 3)]
    [InlineData(429, null, 0.25)]
    [InlineData(503, "0", 0.25)]
    [InlineData(429, "Tue, 01 Jan 2030 11:59:00 GMT", 0.25)] // past
    [InlineData(503, "2.5", 2.5)]
    [InlineData(408, null, 0.25)]
    [InlineData(500, null, 0.25)]
    [InlineData(502, "2", 2)]
    [InlineData(504, null, 0.25)]
    [InlineData(520, null, 0.25)]
    [InlineData(529, "4", 4)]
    public async Task A_token_request_is_repeated_after_a_fault_of_the_moment_when_the_server_says(int status, string? retryAfter, double seconds)
    {
        await using var server = await OddServer.StartAsync(Failing(1, status, retryAfter));

        var token = await Advancing(Acquire(_bench.ClientCredentials(server)), seconds);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(_bench.Clock.GetUtcNow(), token.Token.IssuedOn);
        Assert.Contains(_log.Lines, line => line.Contains($"status {status}. Trying again in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_request_is_tried_three_times_at_most()
    {
        await using var server = await OddServer.StartAsync(Failing(int.MaxValue, 503, null));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Advancing(Acquire(_bench.ClientCredentials(server)), 0.25, 0.5));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, BearerErrorKind.Server), (error.StatusCode!.Value, error.Kind));
        Assert.Contains(" responded with status 503 (given up after 3 attempts): busy", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(503, "temporarily_unavailable", "AuthorityUnavailable")]
    [InlineData(500, "server_error", "AuthorityFailed")]
    [InlineData(503, "maintenance", "TokenRequestFailed")]
    [InlineData(429, "slow_down", "SlowDown")]
    public async Task An_authority_that_names_its_fault_has_not_refused_the_client(int status, string code, string id)
    {
        await using var server = await OddServer.StartAsync(Failing(int.MaxValue, status, "2", $$"""{"error":"{{code}}"}"""));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Advancing(Acquire(_bench.ClientCredentials(server)), 2, 2));

        Assert.Contains($" responded with status {status} (given up after 3 attempts): {code}.", error.Message, StringComparison.Ordinal);
        Assert.Equal((id, BearerErrorKind.Server), (error.ErrorId, error.Kind));
        Assert.Equal("Try again in 2 s, as the server asks.", error.NextStep);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(429, "31")]
    [InlineData(503, "3600")]
    [InlineData(501, null)]
    [InlineData(999, null)]
    [InlineData(400, "1")]
    public async Task Other_refusals_and_long_waits_are_the_error_at_once(int status, string? retryAfter)
    {
        await using var server = await OddServer.StartAsync(Failing(1, status, retryAfter));

        await Workbench.FailAsync(_bench.ClientCredentials(server)).Soon();

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("password", "2", 2)]
    [InlineData("refresh_token", "2", 2)]
    [InlineData("code", "2", 2)]
    [InlineData("code", null, 0.25)]
    public async Task What_was_throttled_was_not_used_up_and_is_sent_again(string parameter, string? retryAfter, double seconds)
    {
        await using var server = await OddServer.StartAsync(Failing(1, 429, retryAfter));
        var endpoint = await new OAuthClient(_bench.Backchannel, _bench.Discovery, Client(server.At("/token"))).ConnectAsync(_log, default);

        await Advancing(endpoint.RequestAsync([new("grant_type", "x"), new(parameter, Workbench.NewToken())], _log, default), seconds);

        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData(null, 0.25)]
    public async Task A_login_that_was_throttled_is_sent_again(string? retryAfter, double seconds)
    {
        await using var server = await OddServer.StartAsync(Failing(1, 429, retryAfter));

        await Advancing(Acquire(Login(server.At("/login"))), seconds);

        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(false, 429)]
    [InlineData(true, 429)]
    [InlineData(false, 503)]
    public async Task The_error_of_a_long_wait_says_when_to_try_again(bool isLogin, int status)
    {
        await using var server = await OddServer.StartAsync(Failing(1, status, "100"));

        var error = await Workbench.FailAsync(isLogin ? Login(server.At("/login")) : _bench.ClientCredentials(server)).Soon();

        Assert.Equal(("Try again in 100 s, as the server asks.", TimeSpan.FromSeconds(100)), (error.NextStep, error.RetryAfter));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_beyond_all_measure_is_named_as_the_server_asks_for_it(bool isLogin)
    {
        await using var server = await OddServer.StartAsync(Failing(1, 429, "99999999999999"));

        var error = await Workbench.FailAsync(isLogin ? Login(server.At("/login")) : _bench.ClientCredentials(server)).Soon();

        Assert.Equal("Try again later: the server asks to wait 99999999999999 s.", error.NextStep);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_decision_of_the_authority_is_not_asked_for_again_whatever_its_status()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, """{"error":"invalid_client"}""", 500));

        Assert.Equal("InvalidClient", (await Workbench.FailAsync(_bench.ClientCredentials(server)).Soon()).ErrorId);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("refresh_token")]
    [InlineData("code")]
    public async Task What_may_have_been_used_up_is_not_sent_again_after_a_response(string parameter)
    {
        await using var server = await OddServer.StartAsync(Failing(1, 503, "1"));
        var endpoint = await new OAuthClient(_bench.Backchannel, _bench.Discovery, Client(server.At("/token"))).ConnectAsync(_log, default);

        await Assert.ThrowsAsync<BearerTokenException>(
            () => endpoint.RequestAsync([new("grant_type", "x"), new(parameter, Workbench.NewToken())], _log, default).Soon());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_login_is_not_sent_again_after_a_response()
    {
        await using var server = await OddServer.StartAsync(Failing(1, 503, "1"));

        await Workbench.FailAsync(Login(server.At("/login"))).Soon();

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("password")]
    public async Task A_request_that_took_too_long_is_to_be_tried_later(string flow)
    {
        await using var server = await OddServer.StartAsync(Failing(1, 408, null));
        var endpoint = await new OAuthClient(_bench.Backchannel, _bench.Discovery, Client(server.At("/token"))).ConnectAsync(_log, default);

        var error = flow == "login"
            ? await Workbench.FailAsync(Login(server.At("/login"))).Soon()
            : await Assert.ThrowsAsync<BearerTokenException>(
                () => endpoint.RequestAsync([new("grant_type", "password"), new("password", Workbench.NewToken())], _log, default).Soon());

        Assert.Equal("Try again later.", error.NextStep);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_cannot_be_made_is_tried_again_whatever_would_be_sent(bool isLogin)
    {
        var closed = new Uri($"http://127.0.0.1:{ClosedPort()}/");
        ITokenSource source = isLogin
            ? Login(closed)
            : new ClientCredentialsSource(_bench.Backchannel, _bench.Discovery, Client(closed), new GrantScope());

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Advancing(Acquire(source), 0.25, 0.5));

        Assert.Equal("HostUnreachable", error.ErrorId);
        Assert.Equal(2, _log.Of<AuthorityRetried>().Count());
    }

    [Fact]
    public async Task The_metadata_of_an_authority_is_read_again_after_a_fault_of_the_moment()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => server!.Requests.Count == 1
            ? OddServer.TextAsync(context, "busy", null, 503)
            : OddServer.JsonAsync(context, $$"""{"issuer":"{{server.Address}}","token_endpoint":"{{server.Address}}/token"}"""));
        await using (server)
        {
            var metadata = await Advancing(_bench.Discovery.GetAsync(server.Address, _log, default), 0.25);

            Assert.Equal(server.At("/token"), metadata.TokenEndpoint);
        }
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void A_wait_of_more_than_5_seconds_is_a_warning(int seconds, bool isWarning) =>
        Assert.Equal(isWarning, new AuthorityRetried("It failed.", TimeSpan.FromSeconds(seconds)).Level == EventLevel.Warning);

    public void Dispose() => _bench.Dispose();

    private static RequestDelegate Failing(int times, int status, string? retryAfter, string? json = null)
    {
        var seen = 0;
        return context =>
        {
            if (++seen > times) return OddServer.JsonAsync(context, $$"""{"access_token":"{{Workbench.NewToken()}}","token_type":"Bearer"}""");
            if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
            context.Response.Headers.Date = "Tue, 01 Jan 2030 12:00:00 GMT";
            return json is null ? OddServer.TextAsync(context, "busy", "text/plain", status) : OddServer.JsonAsync(context, json, status);
        };
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static OAuthClientOptions Client(Uri endpoint) =>
        new() { TokenEndpoint = endpoint, ClientId = "ops", Secret = SecretReference.To(new Secret(Workbench.NewSecret())) };

    private JsonLoginSource Login(Uri address) => new(_bench.Backchannel, _bench.Rejected, new JsonLoginOptions
    {
        LoginUri = address,
        Body = LoginBody.Of(new LoginFields().Set("username", "me").Set("password", new Secret(Workbench.NewSecret()))),
    });

    private Task<TokenResult> Acquire(ITokenSource source) => source.AcquireAsync(new TokenRequestContext { Events = _log }, default);

    /// <summary>Moves the clock by each wait as soon as it begins, and checks that it is no longer.</summary>
    private async Task<T> Advancing<T>(Task<T> task, params double[] waits)
    {
        foreach (var wait in waits.Where(wait => wait > 0))
        {
            await _bench.Clock.UntilWaiting().Soon();
            _bench.Clock.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromTicks(1));
            Assert.NotNull(_bench.Clock.NextIn);
            _bench.Clock.Advance(TimeSpan.FromTicks(1));
        }

        return await task.Soon();
    }
}
