using System.Net;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

/// <summary>Alone, because the proxy of the process is changed.</summary>
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
[Collection(nameof(ProxyTests))]
public sealed class ProxyTests
{
    [Fact]
    public async Task A_proxy_is_used_beyond_this_machine_and_never_within_it()
    {
        await using var proxy = await OddServer.AnsweringAsync("\"proxy\"");
        await using var server = await OddServer.AnsweringAsync("\"server\"");
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
}
