namespace BearerTools;

/// <summary>A body cannot be written as JSON.</summary>
public sealed class JsonBodyException : Exception, IBearerError
{
    internal const string NotJsonId = "BodyNotJson";

    /// <summary>Creates an error without details, for tests and mocks.</summary>
    public JsonBodyException() : this("The body cannot be written as JSON.")
    {
    }

    /// <summary>Creates an error with a message.</summary>
    /// <param name="message">The error message.</param>
    public JsonBodyException(string message) : base(message)
    {
    }

    /// <summary>Creates an error with a message and its cause.</summary>
    /// <param name="message">The error message.</param>
    /// <param name="innerException">The cause.</param>
    public JsonBodyException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Path of the value in the body, such as <c>$.users[2].manager</c>; <c>$</c> is the body itself.</summary>
    public string Path { get; init; } = "$";

    /// <inheritdoc/>
    public string ErrorId { get; internal init; } = NotJsonId;

    /// <inheritdoc/>
    public BearerErrorKind Kind => BearerErrorKind.InvalidArgument;

    /// <inheritdoc/>
    public string? Details => null;

    /// <inheritdoc/>
    public string? NextStep { get; init; }
}
