using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Json;

/// <summary>The last events of a stream, over all of its connections. Keeps hashes, because ids and data may be long.</summary>
internal sealed class EventHistory
{
    /// <summary>A stream may be resumed for months, and may send everything again.</summary>
    private const int MaxEvents = 512;

    private readonly Queue<(UInt128 Id, UInt128 Whole)> _last = new(MaxEvents);
    private readonly HashSet<UInt128> _ids = [];
    private readonly HashSet<UInt128> _events = [];
    private string? _lastEventId;

    /// <summary>True if an event had a value at <see cref="JsonReadOptions.ItemsPath"/>.</summary>
    public bool HasItems { get; set; }

    /// <summary>
    /// The first id of this connection that an earlier one had, other than the id that the stream was resumed after; <see langword="null"/>
    /// if there is none. It proves that the server ignores Last-Event-ID.
    /// </summary>
    public string? Repeated { get; private set; }

    /// <summary>True if an event of this connection was passed over, because an earlier connection had sent it.</summary>
    public bool HasPassedOver { get; private set; }

    /// <summary>Starts the next connection. Until then, the events of the current one are not compared with each other.</summary>
    /// <param name="lastEventId">The id that the server is asked to go on after.</param>
    public void NextConnection(string lastEventId)
    {
        (_lastEventId, Repeated, HasPassedOver) = (lastEventId, null, false);
        _ids.Clear();
        _events.Clear();
        foreach (var (id, whole) in _last)
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
        if (_last.Count == MaxEvents) _last.Dequeue();
        _last.Enqueue((idHash, whole));
        if (id != _lastEventId && _ids.Contains(idHash)) Repeated ??= id;
        if (!_events.Contains(whole)) return false;
        HasPassedOver = true;
        return true;
    }

    private static UInt128 Current(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }
}
