using System.Net;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Connecting;

/// <summary>Alone, because the proxy of the process is changed.</summary>
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
[Collection(nameof(ProxyTests))]
public sealed class ProxyTests
{
    [Fact]
    public async Task A_proxy_is_used_beyond_this_machine_and_never_within_it()
    {
        await using var proxy = await OddServer.RespondingAsync("\"proxy\"");
        await using var server = await OddServer.RespondingAsync("\"server\"");
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.At("/"));
        try
        {
            using var wire = new Wire(allowUnencrypted: true);

            (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();
            (await wire.SendAsync(Wire.Get(new Uri($"http://localhost:{server.At("/").Port}/")) with { CarriesToken = false })).Dispose();
            Assert.Empty(proxy.Requests);
            Assert.Equal(2, server.Requests.Count);

            (await wire.SendAsync(Wire.Get(new Uri("http://api.invalid/")) with { CarriesToken = false })).Dispose();
            Assert.Single(proxy.Requests);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Theory]
    [InlineData("http://169.254.169.254/metadata/identity/oauth2/token", true)]
    [InlineData("http://169.254.129.2:8081/msi/token", true)]
    [InlineData("http://10.1.2.3/msi/token", false)]
    [InlineData("http://169.254.169.254.example.com/", false)]
    public void No_proxy_is_used_for_the_machines_metadata_endpoint(string address, bool isWire)
    {
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("http://proxy.invalid:8080");
        try
        {
            using var sockets = HttpHandlerFactory.Handler(HandlerOptions.Default);

            Assert.Equal(isWire, sockets.Proxy!.IsBypassed(new Uri(address)));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }
}
