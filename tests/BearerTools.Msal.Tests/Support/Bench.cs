using System.Security.Cryptography;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Msal;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal.Support;

/// <summary>Entra ID, a session that knows it, and what a test asks of them. Each test takes a client of its own, because MSAL remembers throttling by client.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const string Graph = "https://graph.microsoft.com";

    private Bench(EntraServer server, TimeProvider time)
    {
        Server = server;
        Services = new EntraServices(server.Sockets, time, Browser, Accounts);
        Sources = new EntraSources(Services);
    }

    public EntraServer Server { get; }

    public EntraServices Services { get; }

    public IEntraSources Sources { get; }

    public TestBrowser Browser { get; } = new();

    public AccountsInMemory Accounts { get; } = new();

    public string ClientId { get; } = Guid.NewGuid().ToString();

    public string LogText => string.Join('\n', Log.Lines);

    /// <summary>Takes the events of requests.</summary>
    public EventLog Log { get; init; } = new();

    public static async Task<Bench> StartAsync(TimeProvider? time = null) => new(await EntraServer.StartAsync(), time ?? TimeProvider.System);

    public EntraClient Client(ClientProof? proof = null, string resource = Graph, string tenant = EntraServer.Tenant) => new()
    {
        Authority = EntraAuthority.Of(tenant),
        ClientId = ClientId,
        Scopes = EntraScope.Of([], [resource]),
        Proof = proof,
    };

    public static string NewSecret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public static SecretProof Secret(string? value = null) => new(SecretReference.To(new Secret(value ?? NewSecret())));

    public Task<TokenResult> AcquireAsync(ITokenSource source, TokenResult? previous = null, IUserPrompt? prompt = null, string? claims = null) =>
        source.AcquireAsync(new TokenRequestContext { Previous = previous, UserPrompt = prompt, Claims = claims, Events = Log }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<BearerTokenException> RefusedAsync(ITokenSource source, TokenResult? previous = null, IUserPrompt? prompt = null) =>
        await Assert.ThrowsAsync<BearerTokenException>(() => AcquireAsync(source, previous, prompt));

    public async ValueTask DisposeAsync()
    {
        Accounts.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>A browser whose user is logged in already: it goes straight to the redirect address.</summary>
internal sealed class TestBrowser : IBrowser
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false });

    public Uri? Opened { get; private set; }

    /// <summary>What comes with the redirect, given the state of the request.</summary>
    public Func<string, string> RedirectQuery { get; set; } = state => $"code=the-code&state={state}";

    /// <summary>What happens once it has the page that the redirect ends at.</summary>
    public Action Arrived { get; set; } = () => { };

    public string Parameter(string name) => new AuthorizationResponse(Opened!.Query)[name] ?? string.Empty;

    public Task OpenAsync(Uri address, CancellationToken cancel)
    {
        Opened = address;
        var redirect = new UriBuilder(Parameter("redirect_uri")) { Query = RedirectQuery(Uri.EscapeDataString(Parameter("state"))) };
        _ = GoAsync(redirect.Uri);
        return Task.CompletedTask;
    }

    private async Task GoAsync(Uri redirect)
    {
        using var page = await s_http.GetAsync(redirect);
        Arrived();
    }
}
