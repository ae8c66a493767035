namespace BearerTools.Json;

/// <summary>Provides the content of values that are not plain .NET data to the writer.</summary>
internal interface IJsonSource
{
    /// <summary>
    /// The value inside its wrapper, or the value itself if it has none; <see langword="null"/> if it represents no value.
    /// </summary>
    object? Unwrap(object value);

    /// <summary>True if the value is data, not code.</summary>
    bool IsData(object value);

    /// <summary>Names and values of an object that is not a scalar, dictionary or list.</summary>
    /// <exception cref="JsonMemberException">A property throws.</exception>
    IEnumerable<KeyValuePair<string, object?>> Members(object value);

    /// <summary>Names and values that were added to the wrapper of a dictionary.</summary>
    IEnumerable<KeyValuePair<string, object?>> Added(object value);

    /// <summary>True for an error of an object that was read; false for the end of the command, which is no error of the object.</summary>
    bool IsFault(Exception error);
}
