using System.Net;
using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools;

/// <summary>
/// A request failed: the API returned an error status, or could not be reached. Holds what the server sent, with secrets and
/// control characters removed, but neither the request nor the connection.
/// Tests can create one: <c>[BearerTools.BearerRequestException]::new('gone', 404)</c>.
/// </summary>
public class BearerRequestException : HttpRequestException, IBearerError
{
    private HttpResponseMessage? _response;
    private object? _problem;
    private bool _isProblemRead;

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
    public BearerRequestException(string message, Exception? innerException)
        : base(ErrorText.Message(message), ErrorText.Cause(innerException))
    {
    }

    /// <summary>An error status that the API returned.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="statusCode">The status of the response.</param>
    /// <param name="headers">The headers of the response.</param>
    /// <param name="body">The beginning of the response's text.</param>
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

    /// <summary>The headers of the response; the values of cookies and credentials are blanked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The text of the response, at most its first 64 KiB, or <see langword="null"/>.</summary>
    public string? Body { get; }

    /// <summary>
    /// The response as a message, as in errors of Invoke-RestMethod, or <see langword="null"/> if there was none. It is a copy of
    /// the status, <see cref="Headers"/> and <see cref="Body"/>, and holds no resources that need disposing.
    /// </summary>
    public HttpResponseMessage? Response =>
        StatusCode is { } status ? _response ??= ErrorResponse.Make(status, ReasonPhrase, Headers, Body) : null;

    /// <summary>
    /// The parsed <see cref="Body"/> if it is JSON, such as problem details (RFC 9457): <c>$_.Exception.Problem.detail</c>.
    /// <see langword="null"/> if it is not, or is cut off.
    /// </summary>
    public object? Problem
    {
        get
        {
            if (!_isProblemRead && Body is { } body && body.AsSpan().TrimStart() is ['{' or '[', ..])
                _problem = ProblemReader?.Invoke(body);
            _isProblemRead = true;
            return _problem;
        }
    }

    /// <summary>Parses JSON to objects of the session, which Core does not know; <see langword="null"/> outside of one.</summary>
    internal static Func<string, object?>? ProblemReader { get; set; }

    /// <summary>The requested URL, without the values of its query.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// The status URL of an operation that did not finish while it was polled. It is complete, because the query may be needed;
    /// messages never contain it.
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

    /// <summary>The reason phrase of the response, without secrets, or <see langword="null"/> if it is not known.</summary>
    internal string? ReasonPhrase { get; init; }

    /// <summary>True if all other inputs of a run would fail too, so that the error ends it.</summary>
    internal bool EndsRun { get; init; }

    /// <summary>True if the error ends a run to spare the requests of further inputs; without them, it is an error of its input.</summary>
    internal bool EndsRest { get; init; }

    /// <summary>The same error with another message and another next step.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="nextStep">What to do.</param>
    /// <param name="statusUri">The address of an operation's status; <see langword="null"/> for that of this error.</param>
    internal BearerRequestException With(string message, string? nextStep, Uri? statusUri = null) =>
        new(message, StatusCode, Headers, Body, InnerException)
        {
            ErrorId = ErrorId,
            Kind = Kind,
            Address = Address,
            ReasonPhrase = ReasonPhrase,
            Details = Details,
            NextStep = nextStep,
            StatusUri = statusUri ?? StatusUri,
            EndsRun = EndsRun,
            EndsRest = EndsRest,
        };
}
