namespace BearerTools.Json;

/// <summary>What a path leads to.</summary>
/// <param name="Kind">The type of the value.</param>
/// <param name="Text">
/// The text of a string or number, or the JSON of an object or array that is kept; otherwise <see langword="null"/>.
/// </param>
internal readonly record struct JsonCaptured(JsonCaptureKind Kind, string? Text);
