using System.Net;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

public sealed class CookieHandlerTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] s_odd = ["=;;=", "elsewhere=1; domain=example.com", "good=1"];

    private readonly CookieContainer _cookies = new();
    private readonly Wire _wire;
    private OddServer _api = null!;
    private OddServer _other = null!;

    public CookieHandlerTests() => _wire = new Wire(cookies: _cookies);

    public async Task InitializeAsync()
    {
        _other = await OddServer.StartAsync(http =>
        {
            http.Response.Cookies.Append("theirs", "1");
            return OddServer.JsonAsync(http, "{}");
        });
        _api = await OddServer.StartAsync(http =>
        {
            if (http.Request.Path == "/login") http.Response.Cookies.Append("session", "s1", new CookieOptions { Path = "/" });
            if (http.Request.Path == "/odd") http.Response.Headers.SetCookie = s_odd;
            if (http.Request.Query["to"].ToString() is { Length: > 0 } to) http.Response.Redirect(to);
            return Task.CompletedTask;
        });
    }

    public void Dispose() => _wire.Dispose();

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_cookie_of_a_response_is_sent_with_the_next_request_and_on_the_next_hop()
    {
        await SendAsync("/login?to=/there");
        await SendAsync("/again");

        Assert.Equal([null, "session=s1", "session=s1"], _api.Requests.Select(Cookie));
    }

    [Fact]
    public async Task Cookies_do_not_follow_to_another_origin_nor_come_from_there()
    {
        // Without a port, as cookies are, the other server is the same host.
        _cookies.Add(new Cookie("known", "1", "/", "127.0.0.1"));

        await SendAsync("/login?to=" + Uri.EscapeDataString(_other.Address));

        Assert.Equal("known=1", Cookie(_api.Requests[0]));
        Assert.Null(Cookie(Assert.Single(_other.Requests)));
        Assert.DoesNotContain(_cookies.GetAllCookies(), cookie => cookie.Name == "theirs");
    }

    [Fact]
    public async Task A_cookie_goes_only_where_its_path_leads()
    {
        _cookies.Add(new Cookie("admin", "1", "/admin", "127.0.0.1"));

        await SendAsync("/there");
        await SendAsync("/admin/users");

        Assert.Equal([null, "admin=1"], _api.Requests.Select(Cookie));
    }

    [Fact]
    public async Task Malformed_and_unsupported_cookies_are_ignored()
    {
        await SendAsync("/odd");

        Assert.Equal("good", Assert.Single(_cookies.GetAllCookies()).Name);
    }

    [Fact]
    public async Task Those_that_the_caller_writes_are_sent_too()
    {
        _cookies.Add(new Cookie("kept", "1", "/", "127.0.0.1"));

        (await _wire.SendAsync(Wire.Get(_api.At("/")) with { Headers = [new("Cookie", "own=2")] })).Dispose();

        Assert.Equal("own=2; kept=1", Cookie(Assert.Single(_api.Requests)));
    }

    private async Task SendAsync(string path) => (await _wire.SendAsync(Wire.Get(_api.At(path)))).Dispose();

    private static string? Cookie(SeenRequest request) => request.Headers.GetValueOrDefault("Cookie");
}
