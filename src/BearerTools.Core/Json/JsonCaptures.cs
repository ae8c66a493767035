using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Strings and numbers that are captured while a document is read.</summary>
internal sealed class JsonCaptures(IEnumerable<string> paths)
{
    private readonly (JsonPathWatch Watch, string? Text, bool IsOther)[] _captures = paths.Select(
        path => (new JsonPathWatch(path), (string?)null, false)).ToArray();

    public bool IsEmpty => _captures.Length == 0;

    public string? this[int index] => _captures[index].Text;

    /// <summary>True if the value is neither a string nor a number, and not null.</summary>
    public bool IsOther(int index) => _captures[index].IsOther;

    /// <summary>Starts a new document. Values captured from the previous one are kept.</summary>
    public void Begin()
    {
        foreach (var (watch, _, _) in _captures) watch.Reset();
    }

    public void Clear()
    {
        for (var i = 0; i < _captures.Length; i++) (_captures[i].Text, _captures[i].IsOther) = (null, false);
    }

    public void Observe(ref readonly Utf8JsonReader reader)
    {
        foreach (ref var capture in _captures.AsSpan())
        {
            if (!capture.Watch.Observe(in reader)) continue;
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                capture.Text = JsonText.Decode(reader.ValueSpan, reader.ValueIsEscaped);
            else capture.IsOther = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.True;
        }
    }
}
