using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Finds the value at a path of names while a document is read.</summary>
internal sealed class JsonPathWatch(string path)
{
    private const int NamedAtMost = 20;

    private readonly List<string> _seen = [];
    private int _reached; // length of the matched part of the path
    private int _next;    // position in the path after the current name
    private int _depth;   // depth of the object that is searched
    private bool _armed;

    public string Path => path;

    public bool HasNames => _seen.Count > 0;

    /// <summary>True if the value may still follow.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <inheritdoc cref="IJsonCapture.Reach"/>
    public int Reach => IsOpen ? _depth + 1 : 0;

    /// <summary>True if a part of the path before its last name is null, so that there is no value.</summary>
    public bool EndsInNull { get; private set; }

    /// <summary>The part of the path that is a list, so that it leads no further; otherwise <see langword="null"/>.</summary>
    public string? List { get; private set; }

    public void Reset(int depth = 0)
    {
        _seen.Clear();
        List = null;
        (_reached, _depth, _armed, IsOpen, EndsInNull) = (0, depth, false, true, false);
    }

    /// <summary>Processes the next token.</summary>
    /// <returns>True if the token begins the value.</returns>
    public bool Observe(ref readonly Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                if (IsOpen && reader.CurrentDepth == _depth + 1) Name(JsonText.Decode(reader.ValueSpan, reader.ValueIsEscaped));
                return false;
            case JsonTokenType.EndObject:
                if (reader.CurrentDepth == _depth) IsOpen = false;
                return false;
            case JsonTokenType.EndArray:
                return false;
            default:
                return _armed && Value(reader.TokenType);
        }
    }

    /// <summary>Describes what the document contains instead.</summary>
    public string Found()
    {
        var place = _reached == 0 ? "The document" : $"'{path[..(_reached - 1)]}'";
        if (_seen.Count == 0) return $"{place} has no properties.";
        var names = string.Join(", ", _seen.Select(name => $"'{Printable.Text(name)}'"));
        return $"{place} has {names}{(_seen.Count == NamedAtMost ? " and possibly more" : "")}.";
    }

    private void Name(string name)
    {
        if (_seen.Count < NamedAtMost) _seen.Add(name);
        _next = _reached + name.Length;

        // Compared with the rest of the path, not with the part up to the next dot, because names may contain dots (@odata.nextLink).
        _armed = path.AsSpan(_reached).StartsWith(name, StringComparison.Ordinal) && (_next == path.Length || path[_next] == '.');
    }

    private bool Value(JsonTokenType token)
    {
        _armed = false;
        if (_next == path.Length)
        {
            IsOpen = false;
            return true;
        }

        EndsInNull = token == JsonTokenType.Null;
        if (token == JsonTokenType.StartArray) List = path[.._next];
        if (token != JsonTokenType.StartObject) return false;
        _reached = _next + 1;
        _depth++;
        _seen.Clear();
        return false;
    }
}
