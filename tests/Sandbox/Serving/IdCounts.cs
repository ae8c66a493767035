using System.Collections.Concurrent;

namespace BearerTools.Sandbox.Serving;

/// <summary>How often something happened to each id.</summary>
internal sealed class IdCounts
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _total;
    private long _max;

    public long Total => Interlocked.Read(ref _total);

    public long Max => Interlocked.Read(ref _max);

    public IReadOnlyDictionary<string, long> All => _counts;

    /// <summary>Counts one more and says the how manieth it was for this id.</summary>
    public long Add(string id)
    {
        var count = _counts.AddOrUpdate(id, 1, (_, before) => before + 1);
        Interlocked.Increment(ref _total);
        Highest.Raise(ref _max, count);
        return count;
    }

    public void Reset()
    {
        _counts.Clear();
        Interlocked.Exchange(ref _total, 0);
        Interlocked.Exchange(ref _max, 0);
    }
}
