using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Finds an element of an array, or a value inside it. The last element is any, until another one begins.</summary>
/// <param name="array">Finds the array; <see langword="null"/> if it is the document or the outer element itself.</param>
/// <param name="index">The index, or <see cref="JsonCapturePath.Last"/>.</param>
/// <param name="inner">Finds the value in the element; <see langword="null"/> for the element.</param>
internal sealed class JsonElementWatch(IJsonWatch? array, int index, IJsonWatch? inner) : IJsonWatch
{
    private int _start;
    private int _depth = -1; // depth of the array's elements; -1 outside
    private int _at;
    private bool _isInside;

    public bool IsStale { get; private set; }

    public void Reset(int depth = 0)
    {
        array?.Reset(depth);
        inner?.Reset(depth);
        (_start, _depth, _at, _isInside, IsStale) = (depth, -1, -1, false, false);
    }

    public bool Observe(ref readonly Utf8JsonReader reader)
    {
        IsStale = false;
        if (_depth < 0)
        {
            var isHere = array is null ? reader.CurrentDepth == _start : array.Observe(in reader);
            if (isHere && reader.TokenType == JsonTokenType.StartArray) _depth = reader.CurrentDepth + 1;
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == _depth - 1)
        {
            (_depth, _isInside) = (-1, false);
            return false;
        }

        var begins = reader.CurrentDepth == _depth
            && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName);
        if (begins) return Begin(in reader);
        if (!_isInside) return false;
        var isFound = inner!.Observe(in reader);
        IsStale = inner.IsStale;
        return isFound;
    }

    public string Found() => array?.Found() ?? "The array has no such element.";

    private bool Begin(ref readonly Utf8JsonReader reader)
    {
        _at++;
        _isInside = false;
        if (index != JsonCapturePath.Last && _at != index) return false;
        if (inner is null) return true;
        // What an earlier element had does not count.
        IsStale = true;
        inner.Reset(_depth);
        _isInside = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (_isInside) inner.Observe(in reader);
        return false;
    }
}
