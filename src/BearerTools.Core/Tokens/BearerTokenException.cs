using System.Net;
using BearerTools.Security;

namespace BearerTools;

/// <summary>
/// A token could not be obtained. If an authority returned an OAuth error (RFC 6749 section 5.2), the exception has its fields. It
/// contains no request and no secret.
/// </summary>
public class BearerTokenException : Exception, IBearerError
{
    /// <summary>Creates an error without details, for tests and mocks.</summary>
    public BearerTokenException() : this("No token could be obtained.")
    {
    }

    /// <summary>Creates an error with a message.</summary>
    /// <param name="message">The error message.</param>
    public BearerTokenException(string message) : base(ErrorText.Message(message))
    {
    }

    /// <summary>Creates an error with a message and its cause.</summary>
    /// <param name="message">The error message.</param>
    /// <param name="innerException">The cause.</param>
    public BearerTokenException(string message, Exception? innerException)
        : base(ErrorText.Message(message), ErrorText.Cause(innerException))
    {
    }

    /// <summary>Creates an error of the token endpoint (RFC 6749 section 5.2).</summary>
    /// <param name="message">The error message.</param>
    /// <param name="error">The error code, such as <c>invalid_client</c>.</param>
    /// <param name="errorDescription">The server's description.</param>
    /// <param name="statusCode">The status of the response.</param>
    public BearerTokenException(string message, string? error, string? errorDescription, HttpStatusCode? statusCode)
        : base(ErrorText.Message(message))
    {
        Error = error;
        ErrorDescription = errorDescription;
        StatusCode = statusCode;
    }

    /// <summary>The OAuth error code, such as <c>invalid_client</c>.</summary>
    public string? Error { get; init; }

    /// <summary>The server's description of the error.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>Address of the server's documentation of the error.</summary>
    public string? ErrorUri { get; init; }

    /// <summary>Status of the response, or <see langword="null"/> if there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The authority's own code for the error, such as <c>AADSTS7000215</c>.</summary>
    public string? AuthorityCode { get; init; }

    /// <summary>Id that the authority finds the request by in its logs.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Time that the authority asks to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public string ErrorId { get; init; } = "TokenUnavailable";

    /// <inheritdoc/>
    public BearerErrorKind Kind { get; init; } = BearerErrorKind.Authentication;

    /// <inheritdoc/>
    public string? NextStep { get; init; }

    /// <summary>The same error as the cause of a more general one.</summary>
    internal BearerTokenException Within(string errorId, string message, string? nextStep) => new(message, this)
    {
        Error = Error,
        ErrorDescription = ErrorDescription,
        ErrorUri = ErrorUri,
        StatusCode = StatusCode,
        AuthorityCode = AuthorityCode,
        CorrelationId = CorrelationId,
        RetryAfter = RetryAfter,
        Kind = Kind,
        ErrorId = errorId,
        NextStep = nextStep,
    };

    /// <inheritdoc/>
    public string? Details => Error is null ? null : ErrorDescription is null ? Error : $"{Error}: {ErrorDescription}";
}
