using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BearerTools.Json;

/// <summary>
/// The values of incomplete containers. Containers are nested on this stack and not on the thread's, so depth only costs memory.
/// </summary>
internal sealed class JsonStack<TValue>(IJsonBuilder<TValue> builder)
{
    private const int KeptCapacity = 4096;

    private readonly JsonNameTable _table = new();
    private TValue[] _values = new TValue[64];
    private JsonName[] _names = new JsonName[64];
    private Container[] _containers = new Container[16];
    private int _count;

    public int Depth { get; private set; }

    public void Name(ref readonly Utf8JsonReader reader) => _names[_count] = _table.Read(in reader);

    public void Open()
    {
        if (Depth == _containers.Length) Array.Resize(ref _containers, Depth * 2);

        // Saves the container's own name, because its first member overwrites it.
        _containers[Depth++] = new Container(_count, _names[_count]);
    }

    public void Push(TValue value)
    {
        _values[_count++] = value;
        if (_count == _values.Length) Grow();
    }

    public TValue CloseArray()
    {
        var start = Close();
        return Take(start, builder.Array(_values.AsSpan(start, _count - start)));
    }

    public TValue CloseObject()
    {
        var start = Close();
        var clash = false;
        if (!_table.AreDistinct(_names.AsSpan(start, _count - start))) clash = KeepLastOfEachName(start);
        var length = _count - start;
        return Take(start, builder.Object(_names.AsSpan(start, length), _values.AsSpan(start, length), clash));
    }

    public void Clear()
    {
        Depth = 0;
        Array.Clear(_values, 0, _count);
        _count = 0;
        if (_values.Length <= KeptCapacity) return;
        _values = new TValue[64];
        _names = new JsonName[64];
    }

    private int Close() => _containers[--Depth].Start;

    private TValue Take(int start, TValue built)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TValue>()) Array.Clear(_values, start, _count - start);
        _count = start;
        _names[start] = _containers[Depth].Name;
        return built;
    }

    /// <summary>Keeps the last of duplicate names, at its own position, as ConvertFrom-Json does.</summary>
    /// <returns>True if the remaining names clash in a case-insensitive object.</returns>
    private bool KeepLastOfEachName(int start)
    {
        var last = new Dictionary<string, int>(_count - start, StringComparer.Ordinal);
        for (var i = start; i < _count; i++) last[_names[i].Text] = i;

        var folded = new HashSet<string>(last.Count, StringComparer.OrdinalIgnoreCase);
        var clash = false;
        var kept = start;
        for (var i = start; i < _count; i++)
        {
            var text = _names[i].Text;
            if (last[text] != i) continue;
            clash |= text.Length == 0 || !folded.Add(text);
            (_names[kept], _values[kept]) = (_names[i], _values[i]);
            kept++;
        }

        Array.Clear(_values, kept, _count - kept);
        _count = kept;
        return clash;
    }

    private void Grow()
    {
        Array.Resize(ref _values, _count * 2);
        Array.Resize(ref _names, _count * 2);
    }

    private readonly record struct Container(int Start, JsonName Name);
}
