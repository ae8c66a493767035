using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Captures the value at a path of names.</summary>
/// <param name="place">Finds the value; <see langword="null"/> if the next token begins it.</param>
/// <param name="keepsContainers">True to keep the JSON of an object or array.</param>
internal sealed class JsonValueCapture(JsonPathWatch? place, bool keepsContainers) : IJsonCapture
{
    private readonly JsonCopy? _copy = keepsContainers ? new JsonCopy() : null;
    private bool _isFound;
    private bool _isReading;

    public JsonCaptured? Value { get; private set; }

    public int Reach => _isReading ? int.MaxValue : place is not null ? place.Reach : _isFound ? 0 : int.MaxValue;

    public void Reset(int depth = 0)
    {
        place?.Reset(depth);
        (_isFound, _isReading, Value) = (false, false, null);
    }

    public void Observe(ref readonly Utf8JsonReader reader)
    {
        if (_isReading)
        {
            Copy(in reader);
            return;
        }

        if (place is null ? _isFound : !place.Observe(in reader))
        {
            if (place is { EndsInNull: true }) Value ??= new JsonCaptured(JsonCaptureKind.Null, null);
            return;
        }

        _isFound = true;
        Take(in reader);
    }

    public string Found() => place?.Found() ?? "The array has no such element.";

    private void Take(ref readonly Utf8JsonReader reader)
    {
        var kind = reader.TokenType switch
        {
            JsonTokenType.String => JsonCaptureKind.String,
            JsonTokenType.Number => JsonCaptureKind.Number,
            JsonTokenType.True => JsonCaptureKind.True,
            JsonTokenType.False => JsonCaptureKind.False,
            JsonTokenType.Null => JsonCaptureKind.Null,
            _ => JsonCaptureKind.Container,
        };
        Value = new JsonCaptured(
            kind,
            kind is JsonCaptureKind.String or JsonCaptureKind.Number ? JsonText.Decode(reader.ValueSpan, reader.ValueIsEscaped) : null);
        if (kind != JsonCaptureKind.Container || _copy is null) return;
        _isReading = true;
        _copy.Begin();
        Copy(in reader);
    }

    private void Copy(ref readonly Utf8JsonReader reader)
    {
        _isReading = _copy!.Add(in reader);
        if (!_isReading) Value = new JsonCaptured(JsonCaptureKind.Container, _copy.End());
    }
}
