using BearerTools.Diagnostics.Tracing;
using BearerTools.Entra;
using BearerTools.Fleet;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>
/// The services that all requests and tokens of a process share. The module has one instance; a test creates its own, with its own clock,
/// randomness and handlers. Rarely used services are created on first use.
/// </summary>
internal sealed class BearerServices
{
    private readonly Lazy<DPoPKey> _proofKey;
    private readonly Lazy<HttpMessageHandler> _entraSockets;
    private readonly Func<EntraServices, IEntraSources>? _loadEntra;
    private readonly object _entraGate = new();
    private IEntraSources? _entra;

    /// <param name="time">The clock, which also creates timers.</param>
    /// <param name="random">Returns numbers from 0 to 1 for jitter (default: random).</param>
    /// <param name="browser">Opens the browser for logins (default: the system's browser).</param>
    /// <param name="loadEntra">Loads the token sources for Entra ID, which are in another assembly.</param>
    /// <param name="loadKeyring">Loads the access to the key ring of the Linux desktop, which is in another assembly.</param>
    /// <param name="storeFolder">The folder of a token store (default: in the user's folder for the data of programs).</param>
    /// <param name="loadFleet">Loads the access to Redis, which is in another assembly.</param>
    /// <param name="createHandler">Creates the connections to APIs (default: sockets).</param>
    public BearerServices(
        TimeProvider? time = null,
        Func<double>? random = null,
        IBrowser? browser = null,
        Func<EntraServices, IEntraSources>? loadEntra = null,
        Func<IKeyProvider>? loadKeyring = null,
        Func<string, StoreFolder>? storeFolder = null,
        Func<FleetOptions, TimeProvider, IFleet>? loadFleet = null,
        Func<HandlerOptions, HttpMessageInvoker>? createHandler = null)
    {
        Time = time ?? TimeProvider.System;
        Random = random ?? System.Random.Shared.NextDouble;
        Browser = browser ?? new SystemBrowser();
        Cache = new TokenCache(Time, trace: Trace);
        Stores = new TokenStores(Time, loadKeyring, storeFolder, loadFleet, Trace);
        Handlers = new HandlerPool(Time, createHandler);
        Paces = new OriginPaces(Time, Random, Trace);
        MachinePace = new MachinePace(Time, storeFolder);
        Backchannel = new OAuthBackchannel(
            new HttpMessageInvoker(HttpHandlerFactory.ForClients()),
            Time,
            faults: new TransientFaults(Random),
            connectAs: key =>
                new HttpMessageInvoker(HttpHandlerFactory.ForClients(
                    new HandlerOptions { Certificates = ClientCertificates.Of(key.Certificate, key.Chain) })))
        {
            ProxyOf = HttpHandlerFactory.ProxyOfClients,
        };
        Discovery = new Discovery(Backchannel);
        RejectedLogins = new RejectedLogins(Time);
        _proofKey = new Lazy<DPoPKey>(() => new DPoPKey(Time));
        _entraSockets = new Lazy<HttpMessageHandler>(() => HttpHandlerFactory.ForClients());
        _loadEntra = loadEntra;
    }

    public TimeProvider Time { get; }

    /// <summary>Returns numbers from 0 to 1, for jitter.</summary>
    public Func<double> Random { get; }

    /// <summary>The last requests and token events of the process.</summary>
    public TraceLog Trace { get; } = new();

    /// <summary>All tokens of the process.</summary>
    public TokenCache Cache { get; }

    /// <summary>The stores that keep tokens for other processes.</summary>
    public TokenStores Stores { get; }

    /// <summary>The named definitions of connections.</summary>
    public ProfileStore Profiles { get; } = new();

    /// <summary>The connections to APIs.</summary>
    public HandlerPool Handlers { get; }

    /// <summary>Pacing of requests to each origin, for all commands together.</summary>
    public OriginPaces Paces { get; }

    /// <summary>Pacing that other processes share.</summary>
    public MachinePace MachinePace { get; }

    /// <summary>The connections to authorities. Separate from those to APIs, whose options must not apply to a login.</summary>
    public OAuthBackchannel Backchannel { get; }

    public Discovery Discovery { get; }

    /// <summary>The browser for logins.</summary>
    public IBrowser Browser { get; }

    /// <summary>Logins that a server rejected, which are not repeated automatically.</summary>
    public RejectedLogins RejectedLogins { get; }

    /// <summary>Accounts of users who logged in through Entra ID.</summary>
    public IAccountStore Accounts { get; } = new AccountsInMemory();

    /// <summary>The key of this process's DPoP tokens (RFC 9449).</summary>
    public DPoPKey ProofKey => _proofKey.Value;

    /// <summary>The connections to Entra ID and to platforms with managed identities.</summary>
    public HttpMessageHandler EntraSockets => _entraSockets.Value;

    /// <summary>The token sources for Entra ID. Their assembly is loaded on first use.</summary>
    public IEntraSources Entra
    {
        get
        {
            // Not a Lazy, which would cache the failure of a load that may succeed next time.
            lock (_entraGate)
            {
                return _entra ??= (_loadEntra ?? throw new InvalidOperationException("These services were created without Entra ID."))(
                    new EntraServices(EntraSockets, Time, Browser, Accounts));
            }
        }
    }

    /// <summary>Creates an entry for a token from elsewhere, which is not in the cache and is not renewed.</summary>
    public TokenEntry Standalone(AccessToken token) => new(new GivenTokenSource(token, Time), Time, Trace);

    /// <summary>
    /// Clears all tokens, accounts and rejected logins, and everything learned from servers: metadata, keys, nonces, pauses and quotas. A
    /// token request in progress stores nothing.
    /// </summary>
    public void Clear()
    {
        Cache.Clear();
        Accounts.Clear();
        RejectedLogins.Clear();
        Backchannel.Clear();
        Discovery.Clear();
        Paces.Clear();
        MachinePace.Clear();
        if (_proofKey.IsValueCreated) ProofKey.ClearNonces();
        LiveSecrets.Purge();
    }
}
