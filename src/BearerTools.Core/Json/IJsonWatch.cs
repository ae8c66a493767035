using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Finds the value at a path while a document is read.</summary>
internal interface IJsonWatch
{
    /// <summary>True if a value that was found before is no longer the one at the path: a later element of the array has begun.</summary>
    bool IsStale => false;

    /// <summary>Starts a new document, or a new object at a depth.</summary>
    void Reset(int depth = 0);

    /// <summary>Processes the next token.</summary>
    /// <returns>True if the token begins the value.</returns>
    bool Observe(ref readonly Utf8JsonReader reader);

    /// <summary>Describes what the document contains instead.</summary>
    string Found();
}
