using System.Net;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http.Connecting;

public sealed class ExplicitProxyTests
{
    [Fact]
    public async Task A_proxy_on_this_machine_serves_this_machine_too()
    {
        await using var proxy = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(connections: Through(proxy.At("/")));

        (await wire.SendAsync(Wire.Get(new Uri("http://127.0.0.1:9/there")))).Dispose();

        Assert.Equal("127.0.0.1:9", Assert.Single(proxy.Requests).Headers["Host"]);
    }

    [Fact]
    public async Task A_proxy_on_another_machine_gets_no_request_to_this_machine()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(connections: Through(new Uri("http://proxy.invalid:8080")));

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_proxy_gets_the_proxy_credentials_when_it_asks_and_the_API_never_does()
    {
        await using var proxy = await OddServer.StartAsync(http =>
        {
            if (http.Request.Headers.ProxyAuthorization.Count > 0) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.ProxyAuthenticate = "Basic realm=\"proxy\"";
            http.Response.StatusCode = StatusCodes.Status407ProxyAuthenticationRequired;
            return Task.CompletedTask;
        });
        using var wire = new Wire(allowUnencrypted: true, connections: Through(proxy.At("/"), new NetworkCredential("ada", "secret-of-the-proxy")));

        (await wire.SendAsync(Wire.Get(new Uri("http://api.invalid/")))).Dispose();

        Assert.Equal(2, proxy.Requests.Count);
        Assert.StartsWith("Basic ", proxy.Requests[1].Headers["Proxy-Authorization"], StringComparison.Ordinal);
        Assert.StartsWith("Bearer ", proxy.Requests[1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://proxy.invalid:8080")]
    [InlineData("http://127.0.0.1:1")]
    public async Task A_proxy_that_does_not_exist_is_named(string proxy)
    {
        using var wire = new Wire(connections: Through(new Uri(proxy)));

        var error = await wire.FailAsync(new Uri("https://api.invalid/"));

        Assert.Equal("ProxyFailed", error.ErrorId);
        Assert.Contains(new Uri(proxy).Authority, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy.contoso.com:8080")]
    [InlineData("/proxy")]
    [InlineData("ftp://proxy.contoso.com")]
    [InlineData("http://proxy\u200D.contoso.com")]
    [InlineData("http://\u202E.:8080")]
    [InlineData("http://ada:hidden@proxy.contoso.com")]
    public void An_invalid_address_of_a_proxy_is_refused(string address)
    {
        var error = Assert.Throws<BearerRequestException>(() => new ExplicitProxy(new Uri(address, UriKind.RelativeOrAbsolute)));

        Assert.Equal("ProxyRefused", error.ErrorId);
        Assert.DoesNotContain("hidden", Wire.AllTextOf(error), StringComparison.Ordinal);
    }

    private static HandlerOptions Through(Uri address, ICredentials? credentials = null) => new() { Proxy = new ExplicitProxy(address, credentials) };
}
