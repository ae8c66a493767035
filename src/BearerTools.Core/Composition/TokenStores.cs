using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Fleet;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>The token stores of the process, which other processes share. Each is created on first use.</summary>
internal sealed class TokenStores
{
    private const string KeyFileName = "key";
    private const string ProtectedKeyName = "key.dpapi";

    private readonly TimeProvider _time;
    private readonly Func<IKeyProvider>? _loadKeyring;
    private readonly Func<string, StoreFolder> _folder;
    private readonly object _gate = new();
    private readonly Dictionary<StoreKind, Store> _stores = [];
    private readonly Dictionary<string, IFleet> _fleets = new(StringComparer.Ordinal);
    private readonly Func<FleetOptions, TimeProvider, IFleet>? _loadFleet;
    private readonly TraceLog? _trace;

    /// <param name="time">The clock.</param>
    /// <param name="loadKeyring">Loads the access to the key ring of the Linux desktop, which is in another assembly.</param>
    /// <param name="folder">The folder of a store with a certain name (default: in the user's folder for the data of programs).</param>
    /// <param name="loadFleet">Loads the access to Redis, which is in another assembly.</param>
    /// <param name="trace">Receives what changes for all requests of a fleet's worker.</param>
    public TokenStores(
        TimeProvider time, Func<IKeyProvider>? loadKeyring = null, Func<string, StoreFolder>? folder = null,
        Func<FleetOptions, TimeProvider, IFleet>? loadFleet = null, TraceLog? trace = null)
    {
        (_loadFleet, _trace) = (loadFleet, trace);
        _time = time;
        _loadKeyring = loadKeyring;
        _folder = folder ?? StoreFolder.Of;
    }

    /// <summary>The store, or <see langword="null"/> for <see cref="StoreKind.Memory"/>. Nothing is read yet.</summary>
    /// <exception cref="BearerTokenException">The user has no folder for it, or a part of the module is missing.</exception>
    public ITokenStore? Find(StoreKind kind) => kind switch
    {
        StoreKind.Memory => null,
        StoreKind.Redis => Fleet(null).Tokens,
        _ => Open(kind).Tokens,
    };

    /// <summary>What the workers on several machines share. Nothing is read yet.</summary>
    /// <param name="options">Where the server is; <see langword="null"/> for that of the environment.</param>
    /// <exception cref="BearerTokenException">No server is given, or the module's part for Redis is missing.</exception>
    public IFleet Fleet(FleetOptions? options)
    {
        options ??= FleetOptions.OfEnvironment() ?? throw FleetOptions.Missing();
        lock (_gate)
        {
            if (_fleets.TryGetValue(options.Id, out var known)) return known;
            var load = _loadFleet ?? throw new InvalidOperationException("These services were created without Redis.");
            var fleet = load(options, _time);
            fleet.Trace = _trace;
            return _fleets[options.Id] = fleet;
        }
    }

    /// <summary>
    /// Checks that the store can be used: its folder is safe or its server responds, and its key can be read or created. A command that
    /// chooses a store calls this before it requests anything.
    /// </summary>
    /// <exception cref="BearerTokenException">It cannot be used. The error names what is missing.</exception>
    public async Task CheckAsync(StoreKind kind, CancellationToken cancel)
    {
        if (kind == StoreKind.Memory) return;
        var files = Open(kind).Files;
        files.Folder.Prepare();
        await files.Keys.FindOrCreateAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The same for the store of a source's tokens, if they are stored.</summary>
    /// <exception cref="BearerTokenException">It cannot be used. The error names what is missing.</exception>
    public async Task CheckAsync(ITokenSource source, IEventSink events, CancellationToken cancel)
    {
        if (FleetOf(source) is not { } fleet)
        {
            await CheckAsync(KindOf(source), cancel).ConfigureAwait(false);
            return;
        }

        try
        {
            await fleet.CheckAsync(isForTokens: true, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (MayGoOn(source, e))
        {
            // The source requests a token of its own, and warns.
        }
    }

    /// <summary>Checks that the server can be used for the limit of all workers.</summary>
    /// <param name="fleet">The server; <see langword="null"/> for that of the environment.</param>
    /// <param name="source">The source of the tokens, which says whether the worker may go on without the server.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the check.</param>
    /// <exception cref="BearerTokenException">It cannot be used. The error names what is missing.</exception>
    public async Task CheckLimitAsync(IFleet? fleet, ITokenSource source, IEventSink events, CancellationToken cancel)
    {
        try
        {
            await (fleet ?? Fleet(null)).CheckAsync(isForTokens: false, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (MayGoOn(source, e))
        {
            // The first request warns, and keeps to the share of this worker.
        }
    }

    /// <summary>True for an error of the server without which a worker with this source may go on.</summary>
    public static bool MayGoOn(ITokenSource source, BearerTokenException e) =>
        source is StoredSource { FallsBack: true } && e.ErrorId == StoreErrors.UnavailableId;

    /// <summary>The store that keeps the tokens of a source.</summary>
    public static StoreKind KindOf(ITokenSource source) => source is StoredSource stored ? stored.Kind : StoreKind.Memory;

    /// <summary>
    /// The store that keeps a token of a source: <see cref="StoreKind.Memory"/> also for one that could not be stored. Without a token, the
    /// store of the next one.
    /// </summary>
    public static StoreKind KindOf(ITokenSource source, AccessToken? token) =>
        source is StoredSource stored && (token is null || stored.StoredOn(token) is not null) ? stored.Kind : StoreKind.Memory;

    /// <summary>The time when a token of a source was stored; <see langword="null"/> if it is not stored.</summary>
    public static DateTimeOffset? StoredOn(ITokenSource source, AccessToken? token) =>
        source is StoredSource stored && token is not null ? stored.StoredOn(token) : null;

    /// <summary>The server that keeps the tokens of a source, or <see langword="null"/>.</summary>
    public IFleet? FleetOf(ITokenSource source)
    {
        if (source is not StoredSource { Kind: StoreKind.Redis } stored) return null;
        lock (_gate) return _fleets.Values.FirstOrDefault(fleet => ReferenceEquals(fleet.Tokens, stored.Store));
    }

    /// <summary>A source whose tokens are kept in a store.</summary>
    /// <param name="source">The source.</param>
    /// <param name="kind">
    /// The store; <see langword="null"/> for the one that the environment names, if it can keep the source's tokens, else memory.
    /// </param>
    /// <param name="options">Where the server of the fleet is; <see langword="null"/> for that of the environment.</param>
    /// <param name="fallsBack">True to request a token of the process's own while that server is away.</param>
    /// <exception cref="BearerTokenException">The source's tokens cannot be stored, or the environment names no valid store.</exception>
    public ITokenSource Storing(ITokenSource source, StoreKind? kind, FleetOptions? options = null, bool fallsBack = false)
    {
        var own = source is StoredSource known ? known.Source : source;
        var chosen = kind ?? (StoredSource.ReasonAgainst(own) is null ? StoreVariable.Read() : StoreKind.Memory);
        if (chosen == StoreKind.Memory) return own;
        if (chosen == StoreKind.Redis)
        {
            if (fallsBack && !own.CanStartOver) throw StoreErrors.NoFallback(own.Metadata.Flow ?? "unknown");
            var fleet = Fleet(options);
            return new StoredSource(own, fleet.Tokens, _time, fallsBack) { Kind = chosen, Accounts = fleet.Accounts };
        }

        var store = Open(chosen);
        return new StoredSource(own, store.Tokens, _time) { Kind = chosen, Accounts = store.Accounts };
    }

    /// <summary>Deletes all tokens and accounts in a store. Files need no key, so that it works without the key ring, too.</summary>
    /// <exception cref="BearerTokenException">They cannot all be deleted.</exception>
    public Task ClearAsync(StoreKind kind, CancellationToken cancel) => kind switch
    {
        StoreKind.Memory => Task.CompletedTask,
        StoreKind.Redis => Fleet(null).DeleteAllAsync(cancel),
        _ => Open(kind).Tokens.DeleteAllAsync(cancel),
    };

    /// <summary>A store for the accounts of users who logged in through Entra ID.</summary>
    public IAccountStore Accounts(StoreKind kind) => kind switch
    {
        StoreKind.Memory => new AccountsInMemory(),
        StoreKind.Redis => Fleet(null).Accounts,
        _ => Open(kind).Accounts,
    };

    private Store Open(StoreKind kind)
    {
        lock (_gate)
        {
            if (_stores.TryGetValue(kind, out var known)) return known;
            var name = kind.ToString();
            var folder = _folder(name.ToLowerInvariant());
            var files = new SealedFiles(folder, new StoreKeys(Provider(kind, folder), folder, _time));
            return _stores[kind] = new Store(new FileTokenStore(name, files, _time), files, new AccountsInFiles(files, _time));
        }
    }

    private IKeyProvider Provider(StoreKind kind, StoreFolder folder)
    {
        if (kind == StoreKind.File) return new KeyFile(folder.At(KeyFileName));
        if (kind == StoreKind.Pass) return new PassProgram();
        if (OperatingSystem.IsWindows()) return new ProtectedKeyFile(folder.At(ProtectedKeyName));
        if (OperatingSystem.IsMacOS()) return new KeychainItem();
        return (_loadKeyring ?? throw new InvalidOperationException("These services were created without a key ring."))();
    }

    private sealed record Store(FileTokenStore Tokens, SealedFiles Files, AccountsInFiles Accounts);
}
