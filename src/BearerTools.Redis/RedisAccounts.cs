using BearerTools.Diagnostics;
using BearerTools.Storage.Files;
using BearerTools.Tokens;

namespace BearerTools.Redis;

/// <summary>Stores accounts in an entry of the server. Its lease is held during each access.</summary>
internal sealed class RedisAccounts(RedisEntries entries) : IAccountStore, IDisposable
{
    public const string Identity = "ACCOUNTS";

    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private byte[]? _content;
    private Lease? _lease;
    private int _clearings;

    public int Clearings => Volatile.Read(ref _clearings);

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">The lease was not free in time, or the server is away.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancel)
    {
        await _semaphore.WaitAsync(cancel).ConfigureAwait(false);
        Lease? lease = null;
        try
        {
            lease = (await entries.LeaseAsync(Identity, null, EventSink.None, cancel).ConfigureAwait(false))!;
            var (content, _, fault) = await entries.ReadAsync(Identity, cancel).ConfigureAwait(false);
            if (fault == SealedFileFault.NewerVersion) throw RedisErrors.NewerVersion(entries.Link.Place);
            (_content, _lease) = (content, lease);
            return new Exit(this, lease);
        }
        catch
        {
            if (lease is not null) await lease.DisposeAsync().ConfigureAwait(false);
            _semaphore.Release();
            throw;
        }
    }

    public byte[]? Load() => _content;

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">It could not be written; the stored content is unchanged.</exception>
    public void Save(byte[] content, int clearings)
    {
        if (clearings != Clearings || _lease is null) return;
        _content = content;
        // The copy is cleared when it is written.
        Block(entries.WriteAsync(Identity, _lease, content.ToArray(), EntryLife.Login));
    }

    /// <summary>Deletes nothing in the server: other workers use the accounts. See <see cref="RedisFleet.DeleteAllAsync"/>.</summary>
    public void Clear() => Interlocked.Increment(ref _clearings);

    public void Dispose() => _semaphore.Dispose();

    /// <summary>MSAL's callback is synchronous, and runs on a worker.</summary>
    private static void Block(Task work)
    {
#pragma warning disable RS0030 // See above.
        work.GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    private sealed class Exit(RedisAccounts owner, Lease lease) : IDisposable
    {
        public void Dispose()
        {
            (owner._content, owner._lease) = (null, null);
            Block(lease.DisposeAsync().AsTask());
            owner._semaphore.Release();
        }
    }
}
