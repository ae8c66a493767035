using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Loading;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// The composition root: what this process shares. One for all runspaces, because those of a pool are used again and
/// again, and what one of them remembered would leak into the next piece of work.
/// </summary>
internal static class BearerSession
{
    private static readonly Lazy<DPoPKey> s_proofKey = new(() => new DPoPKey(Time));

    private static readonly Lazy<HttpMessageHandler> s_entraSockets = new(() => HttpHandlerFactory.Handler(HandlerOptions.Default));

    private static volatile Connection? s_current;

    public static TimeProvider Time => TimeProvider.System;

    public static TokenCache Cache { get; } = new(Time);

    /// <summary>The sockets for APIs.</summary>
    public static HandlerPool Api { get; } = new(Time);

    /// <summary>How fast APIs are sent to, by all commands together.</summary>
    public static OriginPaces Paces { get; } = new(Time, Random.Shared.NextDouble);

    /// <summary>The sockets for authorities: never those of an API, whose options must not reach a login.</summary>
    public static OAuthBackchannel Backchannel { get; } = new(HttpHandlerFactory.Create(), Time, connectAs: key => HttpHandlerFactory.Create(new HandlerOptions { Certificates = ClientCertificates.Of(key.Certificate, key.Chain) }));

    public static Discovery Discovery { get; } = new(Backchannel);

    /// <summary>Where people log in.</summary>
    public static IBrowser Browser { get; } = new SystemBrowser();

    /// <summary>Logins that were refused, and are not sent again by themselves.</summary>
    public static RejectedLogins RejectedLogins { get; } = new(Time);

    /// <summary>The key of this session's DPoP tokens, made when one is first asked for.</summary>
    public static DPoPKey ProofKey => s_proofKey.Value;

    /// <summary>The accounts of people who logged in through Entra ID.</summary>
    public static IAccountStore Accounts { get; } = new AccountsInMemory();

    /// <summary>The sockets for Entra ID and for platforms that give identities to machines.</summary>
    public static HttpMessageHandler EntraSockets => s_entraSockets.Value;

    /// <summary>The ways through Entra ID. What they need is loaded when they are first asked for.</summary>
    public static IEntraSources Entra => MsalLoader.Enter(() => new EntraServices(EntraSockets, Time, Browser, Accounts));

    /// <summary>The names of the profiles that can be used here.</summary>
    public static IReadOnlyList<string> ProfileNames => [];

    /// <summary>What Get-BearerToken connected last.</summary>
    public static Connection? Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>A token from outside, which the cache does not know and nothing renews.</summary>
    public static TokenEntry Standalone(AccessToken token) => new(new GivenTokenSource(token, Time), Time);

    /// <summary>Forgets a token, and the connection that used it.</summary>
    public static bool Forget(TokenEntry entry)
    {
        if (ReferenceEquals(s_current?.Tokens, entry)) s_current = null;
        return Cache.Remove(entry);
    }

    public static void ForgetAll()
    {
        s_current = null;
        Cache.Clear();
        Accounts.Clear();
    }
}
