using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Texts and numbers that are picked out of a document while it goes by.</summary>
internal sealed class JsonCaptures(IEnumerable<string> paths)
{
    private readonly (JsonPathWatch Watch, string? Text, bool IsOther)[] _captures = paths.Select(path => (new JsonPathWatch(path), (string?)null, false)).ToArray();

    public bool IsEmpty => _captures.Length == 0;

    public string? this[int index] => _captures[index].Text;

    /// <summary>Whether there is something that is neither text nor number, and means more than nothing.</summary>
    public bool IsOther(int index) => _captures[index].IsOther;

    /// <summary>A document begins; what the one before had is still known.</summary>
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
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number) capture.Text = JsonText.Decode(reader.ValueSpan, reader.ValueIsEscaped);
            else capture.IsOther = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.True;
        }
    }
}
