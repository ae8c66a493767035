namespace BearerTools.Diagnostics.Tracing;

/// <summary>The last exchanges, bounded by their size: the oldest make room for new ones.</summary>
/// <param name="maxBytes">Maximum size of all exchanges together.</param>
internal sealed class TracedBodies(long maxBytes = 16 * 1024 * 1024)
{
    private readonly Queue<(TracedExchange Exchange, int Bytes)> _kept = [];
    private long _bytes;

    /// <summary>About what the exchanges take in memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_kept) return _bytes;
        }
    }

    /// <summary>Keeps an exchange, which does not change any more.</summary>
    public void Keep(TracedExchange exchange)
    {
        var size = exchange.Bytes;
        lock (_kept)
        {
            _kept.Enqueue((exchange, size));
            _bytes += size;
            while (_bytes > maxBytes) DropFirst();
        }
    }

    public void Clear()
    {
        lock (_kept)
        {
            while (_kept.Count > 0) DropFirst();
        }
    }

    private void DropFirst()
    {
        var (exchange, size) = _kept.Dequeue();
        exchange.Drop();
        _bytes -= size;
    }
}
