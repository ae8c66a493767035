namespace BearerTools.Storage;

/// <summary>Stores accounts in memory until the process ends.</summary>
internal sealed class AccountsInMemory : IAccountStore, IDisposable
{
    private readonly SemaphoreSlim _entrance = new(1, 1);
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
        await _entrance.WaitAsync(cancel).ConfigureAwait(false);
        return new Exit(_entrance);
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

    public void Dispose() => _entrance.Dispose();

    private sealed class Exit(SemaphoreSlim entrance) : IDisposable
    {
        public void Dispose() => entrance.Release();
    }
}
