using System.Net;
using BearerTools.Security;

namespace BearerTools;

/// <summary>
/// No token could be got. When an authority answered with an OAuth error (RFC 6749 section 5.2), its fields are here.
/// It holds no request and no secret.
/// </summary>
public class BearerTokenException : Exception, IBearerError
{
    /// <summary>An error without details, for tests and mocks.</summary>
    public BearerTokenException() : this("No token could be got.")
    {
    }

    /// <summary>An error with a message.</summary>
    /// <param name="message">What happened.</param>
    public BearerTokenException(string message) : base(ErrorText.Message(message))
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public BearerTokenException(string message, Exception? innerException) : base(ErrorText.Message(message), ErrorText.Cause(innerException))
    {
    }

    /// <summary>An error of the token endpoint (RFC 6749 section 5.2).</summary>
    /// <param name="message">What happened.</param>
    /// <param name="error">The code, such as <c>invalid_client</c>.</param>
    /// <param name="errorDescription">The server's own words.</param>
    /// <param name="statusCode">The status of the answer.</param>
    public BearerTokenException(string message, string? error, string? errorDescription, HttpStatusCode? statusCode) : base(ErrorText.Message(message))
    {
        Error = error;
        ErrorDescription = errorDescription;
        StatusCode = statusCode;
    }

    /// <summary>The OAuth error code, such as <c>invalid_client</c>.</summary>
    public string? Error { get; init; }

    /// <summary>The server's own words.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>A page of the server about this error.</summary>
    public string? ErrorUri { get; init; }

    /// <summary>The status of the answer, when there was one.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The authority's own code for the error, such as <c>AADSTS7000215</c>.</summary>
    public string? AuthorityCode { get; init; }

    /// <summary>What the authority finds the request by in its logs.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>How long the authority does not want to be asked again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public string ErrorId { get; init; } = "TokenUnavailable";

    /// <inheritdoc/>
    public BearerErrorKind Kind { get; init; } = BearerErrorKind.Authentication;

    /// <inheritdoc/>
    public string? NextStep { get; init; }

    /// <summary>The same trouble, told as part of a larger one.</summary>
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
