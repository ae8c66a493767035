using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>The token stores of the process, which other processes of the same user share. Each is created on first use.</summary>
internal sealed class TokenStores
{
    private const string KeyFileName = "key";
    private const string ProtectedKeyName = "key.dpapi";

    private readonly TimeProvider _time;
    private readonly Func<IKeyProvider>? _loadKeyring;
    private readonly Func<string, StoreFolder> _folder;
    private readonly object _gate = new();
    private readonly Dictionary<StoreKind, (FileTokenStore Tokens, SealedFiles Files)> _stores = [];

    /// <param name="time">The clock.</param>
    /// <param name="loadKeyring">Loads the access to the key ring of the Linux desktop, which is in another assembly.</param>
    /// <param name="folder">The folder of a store with a certain name (default: in the user's folder for the data of programs).</param>
    public TokenStores(TimeProvider time, Func<IKeyProvider>? loadKeyring = null, Func<string, StoreFolder>? folder = null)
    {
        _time = time;
        _loadKeyring = loadKeyring;
        _folder = folder ?? StoreFolder.Of;
    }

    /// <summary>The store, or <see langword="null"/> for <see cref="StoreKind.Memory"/>. Nothing is read yet.</summary>
    /// <exception cref="BearerTokenException">The user has no folder for it, or the module's part for the key ring is missing.</exception>
    public ITokenStore? Find(StoreKind kind) => kind == StoreKind.Memory ? null : Open(kind).Tokens;

    /// <summary>
    /// Checks that the store can be used: its folder is safe, and its key can be read or created. A command that chooses a store calls this
    /// before it requests anything.
    /// </summary>
    /// <exception cref="BearerTokenException">It cannot be used. The error names what is missing.</exception>
    public async Task CheckAsync(StoreKind kind, CancellationToken cancel)
    {
        if (kind == StoreKind.Memory) return;
        var (_, files) = Open(kind);
        files.Folder.Prepare();
        await files.Keys.FindOrCreateAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A source whose tokens are kept in the store; for <see cref="StoreKind.Memory"/> the source itself.</summary>
    /// <exception cref="BearerTokenException">The source's tokens cannot be stored.</exception>
    public ITokenSource Storing(ITokenSource source, StoreKind kind) => Find(kind) is { } store
        ? new StoredSource(source is StoredSource stored ? stored.Source : source, store, _time)
        : source;

    /// <summary>A store for the accounts of users who logged in through Entra ID.</summary>
    public IAccountStore Accounts(StoreKind kind) =>
        kind == StoreKind.Memory ? new AccountsInMemory() : new AccountsInFiles(Open(kind).Files, _time);

    private (FileTokenStore Tokens, SealedFiles Files) Open(StoreKind kind)
    {
        lock (_gate)
        {
            if (_stores.TryGetValue(kind, out var known)) return known;
            var name = kind.ToString();
            var folder = _folder(name.ToLowerInvariant());
            var files = new SealedFiles(folder, new StoreKeys(Provider(kind, folder), folder, _time));
            return _stores[kind] = (new FileTokenStore(name, files, _time), files);
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
}
