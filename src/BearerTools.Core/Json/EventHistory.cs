using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Json;

/// <summary>The events of a stream, over all of its connections. Keeps hashes, because ids and data may be long.</summary>
internal sealed class EventHistory
{
    /// <summary>Last events that are remembered: a stream may be resumed for months, and may send everything again.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>First events that are remembered. All of them in order, and no fewer, prove that everything comes again.</summary>
    private const int MaxFirst = 100;

    private readonly List<(UInt128 Id, UInt128 Whole)> _first = [];
    private readonly Queue<(UInt128 Id, UInt128 Whole)> _last = [];
    private readonly HashSet<UInt128> _ids = [];
    private readonly HashSet<UInt128> _events = [];
    private readonly HashSet<UInt128> _current = []; // the ids of this connection
    private long _forgotten; // between the first and the last events
    private long _skipped; // how many of those may still come again
    private int _inOrder; // how many of the first events this connection began with; -1 once another one came
    private string? _lastEventId;

    /// <summary>Whether the events have items.</summary>
    public EventItems Items { get; } = new();

    /// <summary>True if the user knows that the reconnection time of the stream is not kept to.</summary>
    public bool HasNotedTime { get; set; }

    /// <summary>
    /// The first id of this connection that an earlier one had, other than the id that the stream was resumed after; <see langword="null"/>
    /// if there is none. It proves that the server ignores Last-Event-ID.
    /// </summary>
    public string? Repeated { get; private set; }

    /// <summary>True if an event of this connection was passed over, because an earlier connection had sent it.</summary>
    public bool HasPassedOver { get; private set; }

    /// <summary>
    /// True if several events of one connection had the same id. Ids then do not tell events apart, and none is passed over.
    /// </summary>
    public bool SharesIds { get; private set; }

    /// <summary>Starts the next connection.</summary>
    /// <param name="lastEventId">The id that the server is asked to go on after.</param>
    public void NextConnection(string lastEventId)
    {
        (_lastEventId, Repeated, HasPassedOver, _inOrder, _skipped) = (lastEventId, null, false, 0, 0);
        _current.Clear();
        _ids.Clear();
        _events.Clear();
        foreach (var (id, whole) in _first.Concat(_last))
        {
            _ids.Add(id);
            _events.Add(whole);
        }
    }

    /// <summary>Adds an event.</summary>
    /// <returns>True if an earlier connection sent it. Another one with its id, as after a restart of the server, is a new event.</returns>
    public bool Add(string id, string? name, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}\n"));
        var idHash = Current(hash);
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
        hash.AppendData(data);
        var whole = Current(hash);
        NoteId(idHash);
        if (!SharesIds && id != _lastEventId && _ids.Contains(idHash)) Repeated ??= id;
        if (!SharesIds && IsKnown(id, whole)) return HasPassedOver = true;
        Remember((idHash, whole));
        return false;
    }

    private void NoteId(UInt128 id)
    {
        if (_current.Count == MaxEvents) _current.Clear();
        if (_current.Add(id)) return;
        (SharesIds, Repeated) = (true, null);
    }

    private bool IsKnown(string id, UInt128 whole)
    {
        // A greeting at the beginning of each connection is no proof.
        _inOrder = _inOrder >= 0 && _inOrder < _first.Count && _first[_inOrder].Whole == whole ? _inOrder + 1 : -1;
        if (_inOrder == MaxFirst) _skipped = _forgotten;
        if (_events.Contains(whole))
        {
            if (_inOrder < 0) _skipped = 0;
            return true;
        }

        if (_skipped == 0) return false;
        _skipped--;
        Repeated ??= id;
        return true;
    }

    private void Remember((UInt128 Id, UInt128 Whole) entry)
    {
        if (_first.Count < MaxFirst)
        {
            _first.Add(entry);
            return;
        }

        _last.Enqueue(entry);
        if (_last.Count <= MaxEvents) return;
        _last.Dequeue();
        _forgotten++;
    }

    private static UInt128 Current(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }
}
