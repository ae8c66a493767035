using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>
/// Everything that the requests and tokens of one process share. The module holds one instance; a test makes its own, with its
/// own clock, randomness and handlers. Parts that are rarely needed are made when they are first asked for.
/// </summary>
internal sealed class BearerServices
{
    private readonly Lazy<DPoPKey> _proofKey;
    private readonly Lazy<HttpMessageHandler> _entraSockets;
    private readonly Func<EntraServices, IEntraSources>? _loadEntra;
    private readonly object _entraGate = new();
    private IEntraSources? _entra;

    /// <param name="time">The clock, and what makes timers.</param>
    /// <param name="random">Gives numbers from 0 to 1 for jitter; by default random ones.</param>
    /// <param name="browser">Where users sign in; by default the system's browser.</param>
    /// <param name="loadEntra">Loads the sources of Entra ID, which live in another assembly.</param>
    public BearerServices(TimeProvider? time = null, Func<double>? random = null, IBrowser? browser = null, Func<EntraServices, IEntraSources>? loadEntra = null)
    {
        Time = time ?? TimeProvider.System;
        Random = random ?? System.Random.Shared.NextDouble;
        Browser = browser ?? new SystemBrowser();
        Cache = new TokenCache(Time);
        Handlers = new HandlerPool(Time);
        Paces = new OriginPaces(Time, Random);
        Backchannel = new OAuthBackchannel(HttpHandlerFactory.Create(), Time, connectAs: key => HttpHandlerFactory.Create(new HandlerOptions { Certificates = ClientCertificates.Of(key.Certificate, key.Chain) }));
        Discovery = new Discovery(Backchannel);
        RejectedLogins = new RejectedLogins(Time);
        _proofKey = new Lazy<DPoPKey>(() => new DPoPKey(Time));
        _entraSockets = new Lazy<HttpMessageHandler>(() => HttpHandlerFactory.Handler(HandlerOptions.Default));
        _loadEntra = loadEntra;
    }

    public TimeProvider Time { get; }

    /// <summary>Numbers from 0 to 1, for jitter.</summary>
    public Func<double> Random { get; }

    /// <summary>All tokens of the process.</summary>
    public TokenCache Cache { get; }

    /// <summary>The named definitions of connections.</summary>
    public ProfileStore Profiles { get; } = new();

    /// <summary>The connections to APIs.</summary>
    public HandlerPool Handlers { get; }

    /// <summary>How fast APIs are sent to, by all commands together.</summary>
    public OriginPaces Paces { get; }

    /// <summary>The connections to authorities: never those of an API, whose options must not reach a login.</summary>
    public OAuthBackchannel Backchannel { get; }

    public Discovery Discovery { get; }

    /// <summary>Where users sign in.</summary>
    public IBrowser Browser { get; }

    /// <summary>The logins that a server rejected, which are not sent again by themselves.</summary>
    public RejectedLogins RejectedLogins { get; }

    /// <summary>The accounts of users who signed in through Entra ID.</summary>
    public IAccountStore Accounts { get; } = new AccountsInMemory();

    /// <summary>The key of this process's DPoP tokens (RFC 9449).</summary>
    public DPoPKey ProofKey => _proofKey.Value;

    /// <summary>The connections to Entra ID and to platforms that give identities to machines.</summary>
    public HttpMessageHandler EntraSockets => _entraSockets.Value;

    /// <summary>The sources of Entra ID. Their assembly is loaded when they are first asked for.</summary>
    public IEntraSources Entra
    {
        get
        {
            // Not a Lazy: that would keep the failure of a load that may work the next time.
            lock (_entraGate)
            {
                return _entra ??= (_loadEntra ?? throw new InvalidOperationException("These services were made without Entra ID."))(
                    new EntraServices(EntraSockets, Time, Browser, Accounts));
            }
        }
    }

    /// <summary>An entry for a token from elsewhere, which the cache does not know and nothing renews.</summary>
    public TokenEntry Standalone(AccessToken token) => new(new GivenTokenSource(token, Time), Time);

    /// <summary>
    /// Forgets all tokens, accounts and rejected logins, and what servers have said: metadata, keys, nonces, pauses and quotas.
    /// A token request that is under way stores nothing.
    /// </summary>
    public void Clear()
    {
        Cache.Clear();
        Accounts.Clear();
        RejectedLogins.Clear();
        Backchannel.Clear();
        Discovery.Clear();
        Paces.Clear();
        if (_proofKey.IsValueCreated) ProofKey.ClearNonces();
        LiveSecrets.Purge();
    }
}
