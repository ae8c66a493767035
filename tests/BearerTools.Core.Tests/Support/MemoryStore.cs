using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Storage.Locking;

namespace BearerTools.Tests.Support;

/// <summary>A token store in memory, that a test looks into and lets fail.</summary>
internal sealed class MemoryStore(TimeProvider time) : ITokenStore
{
    private readonly KeyedLock _lock = new();
    private int _writes;

    public string Name => "Test";

    public StoredToken? Stored { get; set; }

    /// <summary>Thrown by each write.</summary>
    public BearerTokenException? WriteFault { get; set; }

    /// <summary>Thrown instead of giving the lock.</summary>
    public BearerTokenException? LockFault { get; set; }

    public int Writes => _writes;

    public bool IsLocked => _lock.Count > 0;

    public Task<StoredToken?> ReadAsync(string identity, CancellationToken cancel) => Task.FromResult(Stored);

    public async Task<ITokenSlot> LockAsync(string identity, IEventSink events, CancellationToken cancel)
    {
        if (LockFault is not null) throw LockFault;
        return new Slot(this, (await _lock.TryEnterAsync(identity, Timeout.InfiniteTimeSpan, cancel))!);
    }

    public Task<IReadOnlyList<StoredEntry>> ListAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<StoredEntry>>([]);

    /// <summary>Stores a token as another process does.</summary>
    public StoredToken Write(StoredToken token) =>
        Stored = token with { Revision = Interlocked.Increment(ref _writes).ToString(CultureInfo.InvariantCulture), StoredOn = time.GetUtcNow() };

    private sealed class Slot(MemoryStore store, IDisposable entered) : ITokenSlot
    {
        public Task<StoredToken?> ReadAsync(CancellationToken cancel) => Task.FromResult(store.Stored);

        public Task<StoredToken> WriteAsync(StoredToken token) => store.WriteFault is null ? Task.FromResult(store.Write(token)) : throw store.WriteFault;

        public Task<bool> DeleteAsync()
        {
            var isDeleted = store.Stored is not null;
            store.Stored = null;
            return Task.FromResult(isDeleted);
        }

        public ValueTask DisposeAsync()
        {
            entered.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
