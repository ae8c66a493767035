using System.Text;

namespace BearerTools;

/// <summary>
/// A body is not valid JSON, has no rows at the expected path, or reports an error. Rows before the error were returned.
/// </summary>
public sealed class JsonFormatException : Exception, IBearerError
{
    internal const string InvalidId = "InvalidJson";
    internal const string NoItemsId = "ItemsPathNotFound";
    internal const string StreamErrorId = "StreamError";

    private const int LongestReport = 16 * 1024;

    /// <summary>Creates an error without details, for tests and mocks.</summary>
    public JsonFormatException() : this("The body is not valid JSON.")
    {
    }

    /// <summary>Creates an error with a message.</summary>
    /// <param name="message">The error message.</param>
    public JsonFormatException(string message) : base(message)
    {
    }

    /// <summary>Creates an error with a message and its cause.</summary>
    /// <param name="message">The error message.</param>
    /// <param name="innerException">The cause.</param>
    public JsonFormatException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Line of the error, from 1; 0 if unknown.</summary>
    public long Line { get; init; }

    /// <summary>Column of the error in bytes, from 1; 0 if unknown.</summary>
    public long Column { get; init; }

    /// <summary>Offset of the error in the body in bytes, from 0.</summary>
    public long ByteOffset { get; init; }

    /// <inheritdoc/>
    public string ErrorId { get; init; } = InvalidId;

    /// <inheritdoc/>
    public BearerErrorKind Kind => BearerErrorKind.InvalidData;

    /// <inheritdoc/>
    public string? Details => null;

    /// <summary>Offset of the document with the error, from 0: a body may have several.</summary>
    internal long DocumentOffset { get; init; }

    /// <summary>The event that reports the error, or the document without rows; otherwise <see langword="null"/>.</summary>
    internal string? Reported { get; init; }

    /// <inheritdoc/>
    public string? NextStep { get; init; }

    /// <summary>The text of an event or a document for <see cref="Reported"/>, bounded.</summary>
    internal static string Report(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, LongestReport)]);

    /// <summary>The same error with the document without rows, which may say why it has none.</summary>
    internal JsonFormatException With(string document) => new(Message, InnerException)
    {
        Line = Line,
        Column = Column,
        ByteOffset = ByteOffset,
        DocumentOffset = DocumentOffset,
        ErrorId = ErrorId,
        Reported = document,
        NextStep = NextStep,
    };
}
