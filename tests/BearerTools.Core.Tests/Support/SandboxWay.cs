using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Sandbox;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A sandbox and the whole way to it: client credentials for tokens, the real sockets for requests.</summary>
internal sealed class SandboxWay : IAsyncDisposable
{
    private readonly HttpMessageInvoker _api = Connections.Create();
    private readonly HttpMessageInvoker _authority = Connections.Create();

    private SandboxWay(SandboxServer server)
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
        Sender = new RedirectSender(new BearerSender(new SocketSender(_api), Tokens, allowUnencrypted: false), RedirectRules.Default);
    }

    public SandboxServer Server { get; }

    public TokenEntry Tokens { get; }

    public IRequestSender Sender { get; }

    public static async Task<SandboxWay> OpenAsync() => new(await SandboxServer.StartAsync(new SandboxOptions()));

    public RequestRecipe Get(string path) => new() { Method = HttpMethod.Get, Address = new Uri(Server.Address, path), Input = path };

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        _authority.Dispose();
        await Server.DisposeAsync();
    }
}
