namespace BearerTools.Json;

/// <summary>What the writer must be told of values that are no plain .NET data.</summary>
internal interface IJsonSource
{
    /// <summary>The value inside its wrapper; the value itself when there is none; null when it means nothing.</summary>
    object? Unwrap(object value);

    /// <summary>Whether it is something to send, and not code.</summary>
    bool IsData(object value);

    /// <summary>Names and values of an object that is neither scalar nor dictionary nor list.</summary>
    IEnumerable<KeyValuePair<string, object?>> Members(object value);

    /// <summary>Names and values that were added to the wrapper of a dictionary.</summary>
    IEnumerable<KeyValuePair<string, object?>> Added(object value);
}
