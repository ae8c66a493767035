namespace BearerTools;

/// <summary>
/// A body is not valid JSON, or has no rows where they were looked for. The rows before the fault were emitted.
/// </summary>
public sealed class JsonFormatException : Exception, IBearerError
{
    internal const string InvalidId = "InvalidJson";

    /// <summary>An error without details, for tests and mocks.</summary>
    public JsonFormatException() : this("The body is not valid JSON.")
    {
    }

    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened.</param>
    public JsonFormatException(string message) : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public JsonFormatException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>The line of the fault, from 1; 0 when unknown.</summary>
    public long Line { get; init; }

    /// <summary>The place in the line, from 1, counted in bytes; 0 when unknown.</summary>
    public long Column { get; init; }

    /// <summary>The place in the body, from 0, counted in bytes.</summary>
    public long ByteOffset { get; init; }

    /// <inheritdoc/>
    public string ErrorId { get; init; } = InvalidId;

    /// <inheritdoc/>
    public BearerErrorKind Kind => BearerErrorKind.InvalidData;

    /// <inheritdoc/>
    public string? Details => null;

    /// <inheritdoc/>
    public string? NextStep { get; init; }
}
