namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// The last requests, token events and pauses of the process. Bounded by count and by bytes: the oldest records make room for new ones.
/// </summary>
/// <param name="maxRecords">Maximum number of records.</param>
/// <param name="maxBytes">Maximum size of all records together.</param>
/// <param name="maxCharacters">Maximum number of characters of all requests' texts together, a power of two.</param>
internal sealed class TraceLog(int maxRecords = 10_000, long maxBytes = 8 * 1024 * 1024, int maxCharacters = 2 * 1024 * 1024)
{
    private readonly object _gate = new();
    private readonly TextRing _texts = new(maxCharacters);
    private TraceSlot[] _slots = new TraceSlot[Math.Min(64, maxRecords)];
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
        var request = record as RequestRecord;
        var characters = request?.Characters ?? 0;
        lock (_gate)
        {
            record.Number = ++_last;
            while (_count > 0 && (_count == maxRecords || _bytes + size > maxBytes || characters > _texts.Free)) RemoveFirst();
            if (size > maxBytes || characters > _texts.Free) return;
            if (_count == _slots.Length) Grow();
            ref var slot = ref SlotAt(_count++);
            slot.Bytes = size;
            _bytes += size;
            if (request is null) slot.Record = record;
            else Fill(ref slot, request);
        }
    }

    /// <summary>Copies a request that is over, unless its record has been removed. Nothing refers to the object then.</summary>
    public void Complete(RequestRecord request)
    {
        lock (_gate)
        {
            var index = request.Number - FirstNumber;
            if (index < 0 || index >= _count) return;
            ref var slot = ref SlotAt((int)index);
            if (slot.Record != request) return;
            slot.Details = request.Details;
            slot.Record = null;
        }
    }

    /// <summary>The records after the one with that number, from the oldest.</summary>
    public IReadOnlyList<TraceRecord> After(long number = 0)
    {
        lock (_gate)
        {
            var skipped = (int)Math.Clamp(number - FirstNumber + 1, 0, _count);
            var found = new TraceRecord[_count - skipped];
            for (var i = 0; i < found.Length; i++)
            {
                ref var slot = ref SlotAt(skipped + i);
                found[i] = slot.Record ?? slot.Read(_texts, FirstNumber + skipped + i);
            }

            return found;
        }
    }

    /// <summary>Removes all records. Numbers continue.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_count > 0) RemoveFirst();
        }

        Bodies.Clear();
    }

    /// <summary>The number of the oldest record. The numbers of the records are consecutive.</summary>
    private long FirstNumber => _last - _count + 1;

    private ref TraceSlot SlotAt(int index) => ref _slots[(_first + index) % _slots.Length];

    private void Fill(ref TraceSlot slot, RequestRecord request)
    {
        slot.Time = request.Time;
        slot.Error = request.Error;
        slot.Details = request.Details;
        slot.Address = _texts.Add(request.Address);
        slot.AddressLength = request.Address.Length;
        slot.RequestIdLength = request.RequestId?.Length ?? 0;
        slot.CorrelationIdLength = request.CorrelationId?.Length ?? 0;
        if (request.RequestId is { } requestId) _texts.Add(requestId);
        if (request.CorrelationId is { } correlationId) _texts.Add(correlationId);
        if (request.Details.IsOver) return;
        slot.Record = request;
        request.Join(this);
    }

    private void RemoveFirst()
    {
        ref var slot = ref SlotAt(0);
        _bytes -= slot.Bytes;
        _texts.RemoveFirst(slot.Characters);
        slot = default;
        _first = (_first + 1) % _slots.Length;
        _count--;
    }

    private void Grow()
    {
        var larger = new TraceSlot[Math.Min(maxRecords, 2 * _slots.Length)];
        for (var i = 0; i < _count; i++) larger[i] = SlotAt(i);
        (_slots, _first) = (larger, 0);
    }
}
