using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Values that are captured while a document is read.</summary>
internal sealed class JsonCaptures
{
    private readonly IJsonCapture[] _captures;
    private readonly JsonCaptured[] _kept; // from the documents before
    private int _reach = int.MaxValue; // depth of the deepest tokens that a path needs

    /// <param name="paths">The paths of the values.</param>
    /// <param name="keepsContainers">True to keep the JSON of objects and arrays.</param>
    public JsonCaptures(IReadOnlyList<string> paths, bool keepsContainers)
    {
        _captures = [.. paths.Select(path => JsonCapturePath.Parse(path, keepsContainers))];
        _kept = new JsonCaptured[paths.Count];
        ReachIntoRows = keepsContainers || paths.Any(JsonCapturePath.HasIndex);
    }

    public bool IsEmpty => _captures.Length == 0;

    /// <summary>True if a path leads into an element of an array, such as <c>data[-1].id</c>, or to what may contain the rows.</summary>
    public bool ReachIntoRows { get; }

    /// <summary>
    /// The text of a string or number, or the JSON of an object or array that is kept; otherwise <see langword="null"/>.
    /// </summary>
    public string? Text(int index) => Current(index).Text;

    public JsonCaptureKind Kind(int index) => Current(index).Kind;

    /// <summary>Describes what the document contains instead of the path.</summary>
    public string Found(int index) => _captures[index].Found();

    /// <summary>Starts a new document. Values captured from the previous one are kept.</summary>
    public void Begin()
    {
        for (var i = 0; i < _captures.Length; i++)
        {
            _kept[i] = Current(i);
            _captures[i].Reset();
        }

        _reach = int.MaxValue;
    }

    public void Clear()
    {
        Array.Clear(_kept);
        foreach (var capture in _captures) capture.Reset();
        _reach = int.MaxValue;
    }

    public void Observe(ref readonly Utf8JsonReader reader)
    {
        // Most tokens are in rows, which no path leads to.
        if (reader.CurrentDepth > _reach) return;
        _reach = 0;
        foreach (var capture in _captures)
        {
            capture.Observe(in reader);
            _reach = Math.Max(_reach, capture.Reach);
        }
    }

    private JsonCaptured Current(int index) => _captures[index].Value ?? _kept[index];
}
