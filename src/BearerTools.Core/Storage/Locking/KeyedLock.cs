namespace BearerTools.Storage.Locking;

/// <summary>One lock per key, for the threads of this process. A key without users takes no memory.</summary>
internal sealed class KeyedLock
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Number of keys in use.</summary>
    public int Count
    {
        get
        {
            lock (_entries) return _entries.Count;
        }
    }

    /// <summary>Waits for a key, and holds it until the result is disposed.</summary>
    /// <returns>The lock, or <see langword="null"/> if it was not free in time.</returns>
    public async Task<IDisposable?> TryEnterAsync(string key, TimeSpan timeout, CancellationToken cancel)
    {
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out entry)) _entries.Add(key, entry = new Entry());
            entry.Users++;
        }

        var isEntered = false;
        try
        {
            isEntered = await entry.Turn.WaitAsync(timeout, cancel).ConfigureAwait(false);
            return isEntered ? new Exit(this, key, entry) : null;
        }
        finally
        {
            if (!isEntered) Leave(key, entry);
        }
    }

    private void Leave(string key, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0) return;
            _entries.Remove(key);
        }

        entry.Turn.Dispose();
    }

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>Number of callers that hold the key or wait for it.</summary>
        public int Users { get; set; }
    }

    private sealed class Exit(KeyedLock owner, string key, Entry entry) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
            entry.Turn.Release();
            owner.Leave(key, entry);
        }
    }
}
