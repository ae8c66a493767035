namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// The last requests and token events of the process. Bounded by count and by bytes: the oldest records make room for new ones.
/// </summary>
/// <param name="maxRecords">Maximum number of records.</param>
/// <param name="maxBytes">Maximum size of all records together.</param>
internal sealed class TraceLog(int maxRecords = 10_000, long maxBytes = 8 * 1024 * 1024)
{
    private readonly object _gate = new();
    private TraceRecord?[] _records = new TraceRecord?[Math.Min(64, maxRecords)];
    private int _first;
    private int _count;
    private long _bytes;
    private long _last;

    /// <summary>Heads and bodies of the requests that are traced with them.</summary>
    public TracedBodies Bodies { get; } = new();

    /// <summary>About what the records take in memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>Adds a record. One that is larger than the whole trace may be is dropped.</summary>
    public void Add(TraceRecord record)
    {
        var size = record.Bytes;
        lock (_gate)
        {
            record.Number = ++_last;
            while (_count > 0 && (_count == maxRecords || _bytes + size > maxBytes)) RemoveFirst();
            if (size > maxBytes) return;
            if (_count == _records.Length) Grow();
            _records[(_first + _count++) % _records.Length] = record;
            _bytes += size;
        }
    }

    /// <summary>The records after the one with that number, from the oldest.</summary>
    public IReadOnlyList<TraceRecord> After(long number = 0)
    {
        lock (_gate)
        {
            // The numbers of the records are consecutive.
            var skipped = (int)Math.Clamp(number - (_last - _count), 0, _count);
            var found = new TraceRecord[_count - skipped];
            for (var i = 0; i < found.Length; i++) found[i] = _records[(_first + skipped + i) % _records.Length]!;
            return found;
        }
    }

    /// <summary>Removes all records. Numbers continue.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Array.Clear(_records);
            (_first, _count, _bytes) = (0, 0, 0);
        }

        Bodies.Clear();
    }

    private void RemoveFirst()
    {
        _bytes -= _records[_first]!.Bytes;
        _records[_first] = null;
        _first = (_first + 1) % _records.Length;
        _count--;
    }

    private void Grow()
    {
        var larger = new TraceRecord?[Math.Min(maxRecords, 2 * _records.Length)];
        for (var i = 0; i < _count; i++) larger[i] = _records[(_first + i) % _records.Length];
        (_records, _first) = (larger, 0);
    }
}
