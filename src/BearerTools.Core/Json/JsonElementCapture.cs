using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Captures an element of an array, or a value inside it. The last element is any, until another one begins.</summary>
/// <param name="array">Finds the array; <see langword="null"/> if it is the document or the outer element itself.</param>
/// <param name="index">The index; negative indexes count from the end, so that -1 is the last element.</param>
/// <param name="inner">Captures the value in the element.</param>
internal sealed class JsonElementCapture(JsonPathWatch? array, int index, IJsonCapture inner) : IJsonCapture
{
    /// <summary>The values of the elements before the current one, if one of them may turn out to be the one.</summary>
    private readonly JsonCaptured[] _earlier = new JsonCaptured[Math.Max(0, -index - 1)];

    private int _start;
    private int _depth = -1; // depth of the array's elements; -1 outside
    private int _at;
    private bool _isInside;

    public JsonCaptured? Value
    {
        get
        {
            if (_at < (index < 0 ? _earlier.Length : index)) return null;
            return _earlier.Length > 0 ? _earlier[(_at - _earlier.Length) % _earlier.Length] : ValueOfElement;
        }
    }

    public int Reach => _depth < 0 ? array?.Reach ?? _start : _isInside ? Math.Max(_depth, inner.Reach) : _depth;

    /// <summary>What an earlier element had does not count.</summary>
    private JsonCaptured ValueOfElement => inner.Value ?? default;

    public void Reset(int depth = 0)
    {
        array?.Reset(depth);
        inner.Reset(depth);
        (_start, _depth, _at, _isInside) = (depth, -1, -1, false);
    }

    public void Observe(ref readonly Utf8JsonReader reader)
    {
        if (_depth < 0)
        {
            var isHere = array is null ? reader.CurrentDepth == _start : array.Observe(in reader);
            if (isHere && reader.TokenType == JsonTokenType.StartArray) _depth = reader.CurrentDepth + 1;
            return;
        }

        if (reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == _depth - 1)
        {
            (_depth, _isInside) = (-1, false);
            return;
        }

        var begins = reader.CurrentDepth == _depth
            && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName);
        if (begins) Begin(in reader);
        else if (_isInside) inner.Observe(in reader);
    }

    public string Found() => array?.Found() ?? "The array has no such element.";

    private void Begin(ref readonly Utf8JsonReader reader)
    {
        if (_earlier.Length > 0 && _at >= 0) _earlier[_at % _earlier.Length] = ValueOfElement;
        _at++;
        _isInside = false;
        if (index >= 0 && _at != index) return;
        inner.Reset(_depth);
        inner.Observe(in reader);
        _isInside = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
    }
}
