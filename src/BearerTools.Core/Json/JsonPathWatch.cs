using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Waits for the value at a path of names, while a document goes by.</summary>
internal sealed class JsonPathWatch(string path)
{
    private const int NamedAtMost = 20;

    private readonly List<string> _seen = [];
    private int _reached; // how much of the path lies behind
    private int _next;    // where the path goes on after the name that was just read
    private int _depth;   // how many objects on the path are open around us
    private bool _armed;

    public string Path => path;

    /// <summary>Whether the value can still come.</summary>
    public bool IsOpen { get; private set; } = true;

    public void Reset()
    {
        _seen.Clear();
        (_reached, _depth, _armed, IsOpen) = (0, 0, false, true);
    }

    /// <summary>Looks at the next token. Whether it begins the value that was waited for.</summary>
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

    /// <summary>What was there instead.</summary>
    public string Found()
    {
        var place = _reached == 0 ? "The document" : $"'{path[..(_reached - 1)]}'";
        if (_seen.Count == 0) return $"{place} has no names.";
        var names = string.Join(", ", _seen.Select(name => $"'{Printable.Text(name)}'"));
        return $"{place} has {names}{(_seen.Count == NamedAtMost ? " and maybe more" : "")}.";
    }

    private void Name(string name)
    {
        if (_seen.Count < NamedAtMost) _seen.Add(name);
        _next = _reached + name.Length;

        // Compared with the rest of the path and not with a part between dots: names hold dots too (@odata.nextLink).
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

        if (token != JsonTokenType.StartObject) return false;
        _reached = _next + 1;
        _depth++;
        _seen.Clear();
        return false;
    }
}
