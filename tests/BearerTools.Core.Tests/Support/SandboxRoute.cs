using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A sandbox and the whole way to it: client credentials for tokens, the real sockets for requests.</summary>
internal sealed class SandboxRoute : IAsyncDisposable
{
    private readonly HttpMessageInvoker _api = HttpHandlerFactory.Create();
    private readonly HttpMessageInvoker _authority = HttpHandlerFactory.Create();

    private SandboxRoute(SandboxServer server)
    {
        Server = server;
        var backchannel = new OAuthBackchannel(_authority, TimeProvider.System);
        Tokens = new TokenEntry(
            new ClientCredentialsSource(
                backchannel,
                new Discovery(backchannel),
                new OAuthClientOptions { TokenEndpoint = new Uri(server.Address, "token"), ClientId = server.ClientId, Secret = SecretReference.To(new Secret(server.ClientSecret)) },
                new GrantScope { Scopes = ["opaque"] }),
            TimeProvider.System);
        Sender = new RedirectHandler(new BearerHandler(new SocketHandler(_api), Tokens, allowUnencrypted: false), RedirectRules.Default);
    }

    public SandboxServer Server { get; }

    public TokenEntry Tokens { get; }

    public IRequestHandler Sender { get; }

    public static async Task<SandboxRoute> OpenAsync() => new(await SandboxServer.StartAsync(new SandboxOptions()));

    public RequestTemplate Get(string path) => new() { Method = HttpMethod.Get, Address = new Uri(Server.Address, path), Input = path };

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        _authority.Dispose();
        await Server.DisposeAsync();
    }
}
