using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>Stores accounts in memory until the process ends.</summary>
internal sealed class AccountsInMemory : IAccountStore, IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private readonly object _gate = new();
    private byte[]? _content;
    private int _clearings;

    public int Clearings
    {
        get
        {
            lock (_gate) return _clearings;
        }
    }

    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancel)
    {
        await _semaphore.WaitAsync(cancel).ConfigureAwait(false);
        return new Exit(_semaphore);
    }

    public byte[]? Load()
    {
        lock (_gate) return _content;
    }

    public void Save(byte[] content, int clearings)
    {
        lock (_gate)
        {
            if (clearings == _clearings) _content = content;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _clearings++;
            _content = null;
        }
    }

    public void Dispose() => _semaphore.Dispose();

    private sealed class Exit(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
