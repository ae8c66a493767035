using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Captures the value at a path while a document is read.</summary>
internal interface IJsonCapture
{
    /// <summary>The value, as far as the document has been read; <see langword="null"/> if it has no such place so far.</summary>
    JsonCaptured? Value { get; }

    /// <summary>
    /// The depth of the deepest tokens that are needed next: deeper ones are in values that the path does not lead to. While an object or
    /// array is copied, every token is needed.
    /// </summary>
    int Reach { get; }

    /// <summary>Starts a new document, or a new element at a depth.</summary>
    void Reset(int depth = 0);

    /// <summary>Processes the next token.</summary>
    void Observe(ref readonly Utf8JsonReader reader);

    /// <summary>Describes what the document contains instead.</summary>
    string Found();
}
