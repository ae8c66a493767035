using System.Net;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

public sealed class RedirectRulesTests : IAsyncLifetime
{
    private OddServer _api = null!;
    private OddServer _other = null!;
    private string _to = "/there";
    private int _status = StatusCodes.Status302Found;

    public async Task InitializeAsync()
    {
        _api = await OddServer.StartAsync(http => http.Request.Path == "/here" ? Wire.Redirecting(() => _to, _status)(http) : OddServer.JsonAsync(http, "{}"));
        _other = await OddServer.RespondingAsync("{}");
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task With_no_redirect_allowed_the_redirect_is_the_response()
    {
        using var wire = new Wire(redirects: new RedirectRules { MaxHops = 0 });

        using var response = await wire.SendAsync(Wire.Get(_api.At("/here")));

        Assert.Equal(HttpStatusCode.Found, response.Status);
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task As_many_are_followed_as_the_caller_says()
    {
        _to = "/here";
        using var wire = new Wire(redirects: new RedirectRules { MaxHops = 2 });

        Assert.Equal("TooManyRedirects", (await wire.FailAsync(_api.At("/here"))).ErrorId);
        Assert.Equal(3, _api.Requests.Count);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(303)]
    public async Task The_method_and_the_body_are_kept_when_asked_for(int status)
    {
        _status = status;
        using var wire = new Wire(redirects: new RedirectRules { PreserveMethod = true });

        using var response = await wire.SendAsync(Wire.Post(_api.At("/here")));

        Assert.Equal("POST", _api.Requests[1].Method);
        Assert.Equal(_api.Requests[0].Body, _api.Requests[1].Body);
    }

    [Fact]
    public async Task A_kept_body_does_not_follow_to_another_origin()
    {
        _to = _other.Address + "/there";
        using var wire = new Wire(redirects: new RedirectRules { PreserveMethod = true });

        Assert.Equal("RedirectRefused", (await wire.FailAsync(Wire.Post(_api.At("/here")))).ErrorId);
        Assert.Empty(_other.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hop_out_of_https_is_followed_without_the_token_when_allowed(bool preserveToken)
    {
        // A proxy stands in for the host beyond this machine that the hop leads to.
        using var certificate = TestCertificate.Create();
        await using var api = await OddServer.StartAsync(Wire.Redirecting(() => "http://api.invalid/there"), certificate);
        using var wire = new Wire(
            redirects: new RedirectRules { AllowInsecure = true, PreserveToken = preserveToken },
            connections: new HandlerOptions { SkipCertificateCheck = true, Proxy = new BeyondOnly(_other.At("/")) });

        using var response = await wire.SendAsync(Wire.Get(api.At("/here")) with { Headers = [new("X-Api-Key", "k")] });

        Assert.True(Assert.Single(api.Requests).Headers.ContainsKey("Authorization"));
        var arrived = Assert.Single(_other.Requests);
        Assert.Equal("api.invalid", arrived.Headers["Host"]);
        Assert.False(arrived.Headers.ContainsKey("Authorization"));
        Assert.False(arrived.Headers.ContainsKey("X-Api-Key"));
    }

    [Fact]
    public async Task The_token_is_kept_to_another_origin_that_it_is_for_when_asked_for()
    {
        _to = _other.Address + "/there";
        using var wire = new Wire(redirects: new RedirectRules { PreserveToken = true }, origins: [Origin.Of(_api.At("/")), Origin.Of(_other.At("/"))]);

        using var response = await wire.SendAsync(Wire.Get(_api.At("/here")) with { Headers = [new("X-Api-Key", "k")] });

        var arrived = Assert.Single(_other.Requests);
        Assert.Equal(_api.Requests[0].Headers["Authorization"], arrived.Headers["Authorization"]);
        Assert.False(arrived.Headers.ContainsKey("X-Api-Key"));
    }

    [Fact]
    public async Task The_token_is_not_kept_to_an_origin_that_it_is_not_for()
    {
        _to = _other.Address + "/there";
        using var wire = new Wire(redirects: new RedirectRules { PreserveToken = true });

        Assert.Equal("OriginNotAllowed", (await wire.FailAsync(_api.At("/here"))).ErrorId);
        Assert.Empty(_other.Requests);
    }

    private sealed class BeyondOnly(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : address;

        public bool IsBypassed(Uri host) => host.IsLoopback;
    }
}
