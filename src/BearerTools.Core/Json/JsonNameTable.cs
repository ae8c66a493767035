using System.Text.Json;

namespace BearerTools.Json;

/// <summary>
/// Caches recently read names, found by their bytes. If names are data, their number is unlimited, so a full table is reset.
/// </summary>
internal sealed class JsonNameTable
{
    private const int MaximumNames = 4096;
    private const int MaximumLength = 128;

    private readonly Dictionary<int, List<JsonName>> _names = [];
    private readonly Dictionary<string, JsonNameGroup> _groups = new(StringComparer.OrdinalIgnoreCase);
    private JsonName _last = new("");
    private int _count;
    private int _generation;
    private long _object;

    public JsonName Read(ref readonly Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (reader.ValueIsEscaped) return new JsonName(JsonText.Decode(bytes, escaped: true));
        if (_last.Next is { } next && bytes.SequenceEqual(next.Utf8)) return _last = next;
        if (bytes.Length is 0 or > MaximumLength) return new JsonName(JsonText.Decode(bytes, escaped: false));
        var name = Find(bytes);
        _last.Next = name;
        return _last = name;
    }

    /// <summary>True if no two names differ only in case. False if some do or if a name is not cached.</summary>
    public bool AreDistinct(ReadOnlySpan<JsonName> names)
    {
        var current = ++_object;
        foreach (var name in names)
        {
            if (name.Group is not { } group || group.Object == current || group.Generation != _generation) return false;
            group.Object = current;
        }

        return true;
    }

    private JsonName Find(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        var key = hash.ToHashCode();
        if (_names.TryGetValue(key, out var same))
        {
            foreach (var name in same)
            {
                if (bytes.SequenceEqual(name.Utf8)) return name;
            }
        }

        var added = Add(bytes);
        if (_names.TryGetValue(key, out same)) same.Add(added);
        else _names.Add(key, [added]);
        return added;
    }

    private JsonName Add(ReadOnlySpan<byte> bytes)
    {
        if (_count++ == MaximumNames) Reset();
        var text = JsonText.Decode(bytes, escaped: false);
        if (!_groups.TryGetValue(text, out var group)) _groups.Add(text, group = new JsonNameGroup(_generation));
        return new JsonName(text) { Utf8 = bytes.ToArray(), Group = group };
    }

    private void Reset()
    {
        _names.Clear();
        _groups.Clear();
        _last = new JsonName("");
        _count = 1;
        _generation++;
    }
}
