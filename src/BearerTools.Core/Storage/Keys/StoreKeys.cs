using System.Security.Cryptography;
using BearerTools.Storage.Files;
using BearerTools.Storage.Locking;

namespace BearerTools.Storage.Keys;

/// <summary>
/// The key of a store, read from its provider once per process. A new one is created under a lock between processes, and read back before
/// anything is encrypted with it.
/// </summary>
internal sealed class StoreKeys(IKeyProvider provider, StoreFolder folder, TimeProvider time)
{
    private const string LockName = "key.lock";

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    private readonly KeyedLock _reading = new();
    private volatile StoreKey? _key;

    /// <summary>The key, or <see langword="null"/> if there is none yet.</summary>
    /// <exception cref="BearerTokenException">The provider cannot read it.</exception>
    public async ValueTask<StoreKey?> FindAsync(CancellationToken cancel) =>
        _key ?? await ReadAsync(isNewer: false, cancel).ConfigureAwait(false);

    /// <summary>Reads the key again, because a file is encrypted with another one: another process may have replaced it.</summary>
    public async ValueTask<StoreKey?> FindAgainAsync(CancellationToken cancel) =>
        await ReadAsync(isNewer: true, cancel).ConfigureAwait(false);

    /// <summary>The key, which is created if there is none.</summary>
    /// <exception cref="BearerTokenException">The provider cannot read or keep it.</exception>
    public async ValueTask<StoreKey> FindOrCreateAsync(CancellationToken cancel)
    {
        if (await FindAsync(cancel).ConfigureAwait(false) is { } known) return known;
        folder.Prepare();
        using var creating = await FileLock.AcquireAsync(
            folder.At(LockName), s_lockTimeout, time, static _ => { }, cancel).ConfigureAwait(false);
        if (await ReadAsync(isNewer: true, cancel).ConfigureAwait(false) is { } created) return created;
        var key = StoreKey.Create();
        await provider.WriteAsync(key.Bytes.ToArray(), cancel).ConfigureAwait(false);
        var kept = await ReadAsync(isNewer: true, cancel).ConfigureAwait(false);
        return kept is not null && kept.Equals(key) ? kept : throw StoreErrors.KeyUnusable(
            provider.Keeper, "did not keep the new key", "Check its storage, or choose another store.");
    }

    private async Task<StoreKey?> ReadAsync(bool isNewer, CancellationToken cancel)
    {
        // Parallel reads could each make a key ring ask its user.
        using var alone = await _reading.TryEnterAsync(LockName, Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(false);
        if (!isNewer && _key is { } known) return known;
        if (await provider.ReadAsync(cancel).ConfigureAwait(false) is not { } bytes) return null;
        if (bytes.Length != StoreKey.Length)
        {
            throw StoreErrors.KeyUnusable(provider.Keeper, "holds something else",
                "If that is not of another program, delete it there, and sign in again.");
        }

        _key = new StoreKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return _key;
    }
}
