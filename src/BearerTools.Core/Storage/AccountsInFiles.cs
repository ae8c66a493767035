using BearerTools.Storage.Files;
using BearerTools.Storage.Locking;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>Stores accounts in an encrypted file that several processes share. The lock is held during each access.</summary>
internal sealed class AccountsInFiles(SealedFiles files, TimeProvider time) : IAccountStore, IDisposable
{
    private const string Identity = "ACCOUNTS";

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private byte[]? _content;
    private int _clearings;

    public int Clearings => Volatile.Read(ref _clearings);

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">The lock was not free in time, or the file cannot be used.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancel)
    {
        await _semaphore.WaitAsync(cancel).ConfigureAwait(false);
        FileLock? betweenProcesses = null;
        try
        {
            files.Folder.Prepare();
            // Also so that writing needs no wait for the key.
            await files.Keys.FindOrCreateAsync(cancel).ConfigureAwait(false);
            betweenProcesses = await FileLock.AcquireAsync(
                files.Folder.LockOf(Identity), s_lockTimeout, time, static _ => { }, cancel).ConfigureAwait(false);
            var (content, fault) = await files.ReadAsync(Identity, cancel).ConfigureAwait(false);
            if (fault != SealedFileFault.None) files.SetAside(Identity, fault, Diagnostics.EventSink.None);
            _content = content;
            return new Exit(this, betweenProcesses);
        }
        catch
        {
            betweenProcesses?.Dispose();
            _semaphore.Release();
            throw;
        }
    }

    public byte[]? Load() => _content;

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">It could not be written; the stored content is unchanged.</exception>
    public void Save(byte[] content, int clearings)
    {
        if (clearings != Clearings) return;
        _content = content;
        // The copy is cleared when it is written.
#pragma warning disable RS0030 // MSAL's callback is synchronous, and runs on a worker.
        files.WriteAsync(Identity, content.ToArray()).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">It could not be deleted.</exception>
    public void Clear()
    {
        Interlocked.Increment(ref _clearings);
        files.Delete(Identity);
    }

    public void Dispose() => _semaphore.Dispose();

    private sealed class Exit(AccountsInFiles owner, FileLock betweenProcesses) : IDisposable
    {
        public void Dispose()
        {
            owner._content = null;
            betweenProcesses.Dispose();
            owner._semaphore.Release();
        }
    }
}
