using System.Text.Json;

namespace BearerTools.Json;

/// <summary>The names that were read so far, found by their bytes. Bounded: names that are keys of data come without end.</summary>
internal sealed class JsonNameTable
{
    private const int MaximumNames = 4096;
    private const int MaximumLength = 128;

    private readonly Dictionary<int, List<JsonName>> _names = [];
    private readonly Dictionary<string, JsonNameGroup> _groups = new(StringComparer.OrdinalIgnoreCase);
    private JsonName _last = new("");
    private int _count;
    private long _object;

    public JsonName Read(ref readonly Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (reader.ValueIsEscaped) return new JsonName(JsonText.Decode(bytes, escaped: true));
        if (_last.Next is { } next && bytes.SequenceEqual(next.Utf8)) return _last = next;
        if (bytes.Length is 0 or > MaximumLength) return new JsonName(JsonText.Decode(bytes, escaped: false));
        if (Find(bytes) is not { } name) return new JsonName(JsonText.Decode(bytes, escaped: false));
        _last.Next = name;
        return _last = name;
    }

    /// <summary>Whether no two names are the same but for case, for sure; names that are not kept leave it open.</summary>
    public bool AreDistinct(ReadOnlySpan<JsonName> names)
    {
        var current = ++_object;
        foreach (var name in names)
        {
            if (name.Group is not { } group || group.Object == current) return false;
            group.Object = current;
        }

        return true;
    }

    private JsonName? Find(ReadOnlySpan<byte> bytes)
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

        if (_count == MaximumNames) return null;
        _count++;
        var added = Add(bytes);
        if (same is null) _names.Add(key, [added]);
        else same.Add(added);
        return added;
    }

    private JsonName Add(ReadOnlySpan<byte> bytes)
    {
        var text = JsonText.Decode(bytes, escaped: false);
        if (!_groups.TryGetValue(text, out var group)) _groups.Add(text, group = new JsonNameGroup());
        return new JsonName(text) { Utf8 = bytes.ToArray(), Group = group };
    }
}
