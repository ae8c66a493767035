using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Storage.Locking;

namespace BearerTools.Storage.Files;

/// <summary>Stores tokens in encrypted files, one for each identity, with a lock file beside it.</summary>
/// <param name="kind">Name of the store.</param>
/// <param name="files">The files.</param>
/// <param name="time">The clock.</param>
/// <param name="lockTimeout">How long to wait for another process (default: one minute, longer than a token request takes).</param>
internal sealed class FileTokenStore(string kind, SealedFiles files, TimeProvider time, TimeSpan? lockTimeout = null) : ITokenStore
{
    private readonly KeyedLock _locks = new();
    private readonly TimeSpan _lockTimeout = lockTimeout ?? TimeSpan.FromMinutes(1);

    public string Name => $"{kind}:{files.Folder.Path}";

    public async Task<StoredToken?> ReadAsync(string identity, CancellationToken cancel)
    {
        var (content, _) = await files.ReadAsync(identity, cancel).ConfigureAwait(false);
        return content is null ? null : Decode(content);
    }

    public async Task<ITokenSlot> LockAsync(string identity, IEventSink events, CancellationToken cancel)
    {
        files.Folder.Prepare();
        // Before anything is requested that could then not be stored.
        await files.Keys.FindOrCreateAsync(cancel).ConfigureAwait(false);
        // The wait in this process is part of the wait that is allowed.
        var began = time.GetTimestamp();
        var path = files.Folder.LockOf(identity);
        var inProcess = await _locks.TryEnterAsync(identity, _lockTimeout, cancel).ConfigureAwait(false)
            ?? throw StoreErrors.Locked("another command of this process", _lockTimeout);
        try
        {
            var left = _lockTimeout - time.GetElapsedTime(began);
            var betweenProcesses = await FileLock.AcquireAsync(
                path, left, time, holder => ReportWait(holder, events), cancel).ConfigureAwait(false);
            return new Slot(files, identity, events, time, inProcess, betweenProcesses);
        }
        catch
        {
            inProcess.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<StoredEntry>> ListAsync(CancellationToken cancel)
    {
        List<StoredEntry> entries = [];
        foreach (var identity in files.Folder.Identities())
        {
            if (await ReadAsync(identity, cancel).ConfigureAwait(false) is { } token) entries.Add(new StoredEntry(identity, token));
        }

        return entries;
    }

    /// <summary>Deletes everything that is stored, each entry under its lock. The key stays.</summary>
    /// <exception cref="BearerTokenException">A lock was not free in time, or a file cannot be deleted.</exception>
    public async Task DeleteAllAsync(CancellationToken cancel)
    {
        foreach (var identity in files.Folder.Identities())
        {
            using var inProcess = await _locks.TryEnterAsync(identity, _lockTimeout, cancel).ConfigureAwait(false)
                ?? throw StoreErrors.Locked("another command of this process", _lockTimeout);
            using var betweenProcesses = await FileLock.AcquireAsync(
                files.Folder.LockOf(identity), _lockTimeout, time, static _ => { }, cancel).ConfigureAwait(false);
            files.Delete(identity);
        }

        files.DeleteSetAside();
    }

    private static void ReportWait(LockHolder? holder, IEventSink events)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new StoreLockAwaited(holder?.ToString()));
    }

    private static StoredToken? Decode(byte[] content)
    {
        var token = StoredTokenJson.Read(content);
        CryptographicOperations.ZeroMemory(content);
        return token;
    }

    private sealed class Slot(
        SealedFiles files, string identity, IEventSink events, TimeProvider time, IDisposable inProcess, FileLock betweenProcesses)
        : ITokenSlot
    {
        public async Task<StoredToken?> ReadAsync(CancellationToken cancel)
        {
            var (content, fault) = await files.ReadAsync(identity, cancel).ConfigureAwait(false);
            if (content is not null)
            {
                if (Decode(content) is { } token) return token;
                fault = SealedFileFault.Corrupt;
            }

            if (fault != SealedFileFault.None) files.SetAside(identity, fault, events);
            return null;
        }

        public async Task<StoredToken> WriteAsync(StoredToken token)
        {
            DeleteDrafts();
            var written = token with
            {
                StoredOn = time.GetUtcNow(),
                Revision = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            };
            await files.WriteAsync(identity, StoredTokenJson.Write(written)).ConfigureAwait(false);
            return written;
        }

        public Task<bool> DeleteAsync()
        {
            DeleteDrafts();
            return Task.FromResult(files.Delete(identity));
        }

        public ValueTask DisposeAsync()
        {
            betweenProcesses.Dispose();
            inProcess.Dispose();
            return ValueTask.CompletedTask;
        }

        private void DeleteDrafts()
        {
            try
            {
                DurableFile.DeleteDrafts(files.Folder.ContentOf(identity));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw StoreErrors.NotWritten(files.Folder.Path, e);
            }
        }
    }
}
