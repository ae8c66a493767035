using BearerTools.Composition;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A sandbox and the module's own pipeline to it, with tokens by client credentials.</summary>
internal sealed class SandboxRoute : IAsyncDisposable
{
    private readonly BearerServices _services = new();
    private RequestPipeline _pipeline;

    private SandboxRoute(SandboxServer server)
    {
        Server = server;
        Tokens = new TokenEntry(
            new ClientCredentialsSource(
                _services.Backchannel,
                _services.Discovery,
                new OAuthClientOptions { TokenEndpoint = new Uri(server.Address, "token"), ClientId = server.ClientId, Secret = SecretReference.To(new Secret(server.ClientSecret)) },
                new GrantScope { Scopes = ["opaque"] }),
            TimeProvider.System);
        _pipeline = CreatePipeline([]);
    }

    public SandboxServer Server { get; }

    public TokenEntry Tokens { get; }

    public IRequestHandler Sender => _pipeline.Handler;

    public static async Task<SandboxRoute> OpenAsync() => new(await SandboxServer.StartAsync(new SandboxOptions()));

    public RequestTemplate Get(string path) => new() { Method = HttpMethod.Get, Address = new Uri(Server.Address, path), Input = path };

    /// <summary>From here on the token may also go to that origin.</summary>
    public void Allow(Origin origin)
    {
        _pipeline.Dispose();
        _pipeline = CreatePipeline([origin]);
    }

    public async ValueTask DisposeAsync()
    {
        _pipeline.Dispose();
        await Server.DisposeAsync();
    }

    private RequestPipeline CreatePipeline(IEnumerable<Origin> added)
    {
        var connection = new Connection(_services, Tokens, Server.Address, OriginPolicy.Create(Server.Address, [], added));
        return RequestPipeline.Create(_services, connection, RequestOptions.Default with { Retries = new() { MaxRetries = 0 } });
    }
}
