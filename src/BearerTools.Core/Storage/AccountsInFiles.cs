using System.Security.Cryptography;
using BearerTools.Storage.Files;
using BearerTools.Storage.Locking;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>
/// Stores accounts in an encrypted file that several processes share. The lock is held during each access. Content that cannot be written
/// is kept for this session, until another process has replaced the file.
/// </summary>
internal sealed class AccountsInFiles(SealedFiles files, TimeProvider time) : IAccountStore, IDisposable
{
    private const string Identity = "ACCOUNTS";

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private FileLock? _lock;
    private byte[]? _content;
    private byte[]? _unsaved;
    private byte[]? _unsavedAfter;
    private byte[]? _lastRead;
    private int _clearings;

    public int Clearings => Volatile.Read(ref _clearings);

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">The lock was not free in time, or there is no key.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancel)
    {
        await _semaphore.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await ReadAsync(cancel).ConfigureAwait(false);
            return new Exit(this);
        }
        catch (BearerTokenException e) when (e.Kind == BearerErrorKind.File)
        {
            // Without the lock, accounts of the file are not used: another process may be renewing their refresh tokens.
            Unlock();
            _content = _unsaved;
            return new Exit(this);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    public byte[]? Load() => _content;

    /// <inheritdoc/>
    public void Save(byte[] content, int clearings)
    {
        if (clearings != Clearings) return;
        _content = content;
        (_unsaved, _unsavedAfter) = TryWrite(content) ? (null, null) : (content, _lastRead);
    }

    /// <inheritdoc/>
    /// <exception cref="BearerTokenException">It could not be deleted.</exception>
    public void Clear()
    {
        Interlocked.Increment(ref _clearings);
        _unsaved = null;
        files.Delete(Identity);
    }

    public void Dispose() => _semaphore.Dispose();

    private async Task ReadAsync(CancellationToken cancel)
    {
        files.Folder.Prepare();
        // Also so that writing needs no wait for the key.
        await files.Keys.FindOrCreateAsync(cancel).ConfigureAwait(false);
        _lock = await FileLock.AcquireAsync(
            files.Folder.LockOf(Identity), s_lockTimeout, time, static _ => { }, cancel).ConfigureAwait(false);
        var (content, fault) = await files.ReadAsync(Identity, cancel).ConfigureAwait(false);
        if (fault != SealedFileFault.None) files.SetAside(Identity, fault, Diagnostics.EventSink.None);
        _lastRead = content is null ? null : SHA256.HashData(content);
        _content = _unsaved is { } unsaved && _lastRead.AsSpan().SequenceEqual(_unsavedAfter) ? unsaved : content;
    }

    /// <returns>False if the disk is full or cannot be written; the stored content is then unchanged.</returns>
    private bool TryWrite(byte[] content)
    {
        if (_lock is null) return false;
        try
        {
            // The copy is cleared when it is written.
#pragma warning disable RS0030 // MSAL's callback is synchronous, and runs on a worker.
            files.WriteAsync(Identity, content.ToArray()).GetAwaiter().GetResult();
#pragma warning restore RS0030
            return true;
        }
        catch (BearerTokenException e) when (e.Kind == BearerErrorKind.File)
        {
            // The token itself cannot be stored either, and its source warns.
            return false;
        }
    }

    private void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private void Leave()
    {
        _content = null;
        Unlock();
        _semaphore.Release();
    }

    private sealed class Exit(AccountsInFiles owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
