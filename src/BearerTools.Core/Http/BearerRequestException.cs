using System.Net;
using BearerTools.Security;

namespace BearerTools;

/// <summary>
/// A request failed: the API answered with an error status, or could not be reached. It holds what the server said,
/// cleaned of secrets and control characters, and no request or response message.
/// It can be made in a test: <c>[BearerTools.BearerRequestException]::new('gone', 404)</c>.
/// </summary>
public class BearerRequestException : HttpRequestException, IBearerError
{
    /// <summary>An error without details.</summary>
    public BearerRequestException() : this("The request failed.")
    {
    }

    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened.</param>
    public BearerRequestException(string message) : base(ErrorText.Message(message))
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public BearerRequestException(string message, Exception? innerException) : base(ErrorText.Message(message), ErrorText.Cause(innerException))
    {
    }

    /// <summary>An answer with an error status.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="statusCode">The status of the answer.</param>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="body">The beginning of the answer's text.</param>
    /// <param name="innerException">Why.</param>
    public BearerRequestException(
        string message,
        HttpStatusCode? statusCode,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? headers = null,
        string? body = null,
        Exception? innerException = null)
        : base(ErrorText.Message(message), ErrorText.Cause(innerException), statusCode)
    {
        Headers = headers ?? new Dictionary<string, IReadOnlyList<string>>();
        Body = body;
    }

    /// <summary>The headers of the answer; cookies and the like are blanked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The text of the answer, at most its first 64 KiB, or nothing.</summary>
    public string? Body { get; }

    /// <summary>The address that was asked, without the values of its query.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// Where to ask how an operation goes that was not waited for to its end, in full: its query may be needed, and is in
    /// no message.
    /// </summary>
    public Uri? StatusUri { get; init; }

    /// <inheritdoc/>
    public string ErrorId { get; init; } = "RequestFailed";

    /// <inheritdoc/>
    public BearerErrorKind Kind { get; init; } = BearerErrorKind.Server;

    /// <inheritdoc/>
    public string? Details { get; init; }

    /// <inheritdoc/>
    public string? NextStep { get; init; }
}
