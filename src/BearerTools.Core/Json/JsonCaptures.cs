using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Values that are captured while a document is read.</summary>
internal sealed class JsonCaptures
{
    private readonly Capture[] _captures;
    private readonly int _deepest;

    public JsonCaptures(IReadOnlyList<string> paths)
    {
        _captures = [.. paths.Select(path => new Capture { Watch = JsonCapturePath.Parse(path) })];
        ReachIntoRows = paths.Any(JsonCapturePath.HasIndex);
        _deepest = paths.Count == 0 ? 0 : paths.Max(path => path.Count(c => c is '.' or '[')) + 1;
    }

    public bool IsEmpty => _captures.Length == 0;

    /// <summary>True if a path leads into an element of an array, such as <c>data[-1].id</c>.</summary>
    public bool ReachIntoRows { get; }

    /// <summary>The text of a string or number; otherwise <see langword="null"/>.</summary>
    public string? Text(int index) => _captures[index].Text;

    public JsonCaptureKind Kind(int index) => _captures[index].Kind;

    /// <summary>Describes what the document contains instead of the path.</summary>
    public string Found(int index) => _captures[index].Watch.Found();

    /// <summary>Starts a new document. Values captured from the previous one are kept.</summary>
    public void Begin()
    {
        foreach (var capture in _captures) capture.Watch.Reset();
    }

    public void Clear()
    {
        foreach (ref var capture in _captures.AsSpan()) (capture.Text, capture.Kind) = (null, JsonCaptureKind.Absent);
    }

    public void Observe(ref readonly Utf8JsonReader reader)
    {
        // Most tokens are in rows, deeper than any path.
        if (reader.CurrentDepth > _deepest) return;
        foreach (ref var capture in _captures.AsSpan())
        {
            if (capture.Watch.Observe(in reader)) Take(ref capture, in reader);
            else if (capture.Watch.IsStale) (capture.Text, capture.Kind) = (null, JsonCaptureKind.Absent);
        }
    }

    private static void Take(ref Capture capture, ref readonly Utf8JsonReader reader)
    {
        capture.Kind = reader.TokenType switch
        {
            JsonTokenType.String => JsonCaptureKind.String,
            JsonTokenType.Number => JsonCaptureKind.Number,
            JsonTokenType.True => JsonCaptureKind.True,
            JsonTokenType.False => JsonCaptureKind.False,
            JsonTokenType.Null => JsonCaptureKind.Null,
            _ => JsonCaptureKind.Container,
        };
        capture.Text = capture.Kind is JsonCaptureKind.String or JsonCaptureKind.Number
            ? JsonText.Decode(reader.ValueSpan, reader.ValueIsEscaped)
            : null;
    }

    private struct Capture
    {
        public IJsonWatch Watch;
        public string? Text;
        public JsonCaptureKind Kind;
    }
}
