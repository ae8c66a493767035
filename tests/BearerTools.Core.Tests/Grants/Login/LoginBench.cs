using BearerTools.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants.Login;

/// <summary>What the tests of logins have in common: a clock on which only waiting for a user sets timers.</summary>
internal sealed class LoginBench : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <param name="retries">Whether requests are repeated after transient faults.</param>
    public LoginBench(bool retries = false)
    {
        Backchannel = new OAuthBackchannel(_http, Clock, Timeout.InfiniteTimeSpan, faults: retries ? new TransientFaults(() => 0) : null);
        Discovery = new Discovery(Backchannel);
    }

    public TestClock Clock { get; } = new();

    public OAuthBackchannel Backchannel { get; }

    public Discovery Discovery { get; }

    public OAuthClient Client(OAuthClientOptions options) => new(Backchannel, Discovery, options);

    public OAuthClient Client(OddServer server) => Client(new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" });

    public DeviceCodeSource Device(OddServer server, GrantScope? scope = null) =>
        new(Client(server), scope ?? new GrantScope(), server.At("/device_authorization"));

    public static Task<TokenResult> AcquireAsync(ITokenSource source, IUserPrompt? prompt, TokenResult? previous = null) =>
        source.AcquireAsync(new TokenRequestContext { Previous = previous, UserPrompt = prompt }, CancellationToken.None).Soon();

    /// <summary>Lets the time of one wait after the other pass; each has to be exactly so many seconds long.</summary>
    public async Task WaitsAsync(params int[] seconds)
    {
        foreach (var wait in seconds)
        {
            await Clock.UntilWaiting().Soon();
            Assert.Equal(TimeSpan.FromSeconds(wait), Clock.NextIn);
            Clock.Advance(TimeSpan.FromSeconds(wait));
        }
    }

    public void Dispose() => _http.Dispose();
}
