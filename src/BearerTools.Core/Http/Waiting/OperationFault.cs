using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Http.Waiting;

/// <summary>Errors of operations that gave no result.</summary>
internal static class OperationFault
{
    private const int LongestBody = 64 * 1024;

    /// <summary>The error for an operation that the server reports as failed or cancelled.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="state">Its final status.</param>
    /// <param name="response">The response that reports it; its body is buffered.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<BearerRequestException> EndedAsync(
        Operation operation, OperationState state, ApiResponse response, CancellationToken cancel)
    {
        var content = response.Message.Content;
        var body = TextEncoding.Decode(content, await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false));
        var words = ProblemText.From(body, isCut: false, content.Headers.ContentType?.MediaType);
        return new BearerRequestException(
            $"{RequestLine(operation)}: the operation ended with status {state.DisplayText}{(words is null ? string.Empty : $": {words}")}",
            response.Status,
            RequestFailure.Headers(response.Message),
            ServerText.Clean(body, LongestBody))
        {
            ErrorId = state.Outcome == OperationOutcome.Canceled ? "OperationCanceled" : "OperationFailed",
            Kind = BearerErrorKind.Server,
            Address = RequestAddress.Printable(operation.Request.Address),
            Details = words,
            StatusUri = StatusUri(operation.State),
        };
    }

    /// <summary>The error for an operation that did not finish in the time allowed.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="state">Its last status.</param>
    /// <param name="atMost">The time allowed.</param>
    /// <param name="asked">The delay that the server asked for, if it exceeds the time left.</param>
    public static BearerRequestException TimedOut(Operation operation, OperationState state, TimeSpan atMost, TimeSpan? asked)
    {
        var again = asked is { } delay ? $" (the server asked to wait {TimeText.Seconds(delay)} before the next poll)" : string.Empty;
        return new BearerRequestException(
            $"{RequestLine(operation)}: the operation did not finish within {TimeText.Seconds(atMost)}{again}. "
            + $"Last status: {state.DisplayText}. Status URL: {RequestAddress.Printable(operation.State)}.")
        {
            ErrorId = "WaitTimeout",
            Kind = BearerErrorKind.Timeout,
            Address = RequestAddress.Printable(operation.Request.Address),
            NextStep = "The operation continues on the server: request $_.Exception.StatusUri later, "
                + "or wait longer with -WaitTimeoutSeconds.",
            StatusUri = StatusUri(operation.State),
        };
    }

    /// <summary>The error for a response that contains no status.</summary>
    public static BearerRequestException NoState(Operation operation, ApiResponse response) =>
        new(
            $"{RequestLine(operation)}: the response from {RequestAddress.Printable(response.Template.Address)} has no 'status' property "
                + "that is a text.",
            response.Status)
        {
            ErrorId = "OperationStateUnknown",
            Kind = BearerErrorKind.InvalidData,
            Address = RequestAddress.Printable(operation.Request.Address),
            NextStep = "Request $_.Exception.StatusUri, and check the API's documentation for the response's format.",
            StatusUri = StatusUri(operation.State),
        };

    /// <summary>The same error for a request that failed, with what that means for the operation.</summary>
    public static BearerRequestException Unread(BearerRequestException error, UnreadOperation operation) =>
        error.With(error.Message, operation.Advice(error.NextStep), operation.StatusUri);

    /// <summary>The same error for an address that a response named.</summary>
    /// <param name="error">Why the token was not sent.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="address">The address: of its status, or of its result.</param>
    /// <param name="hasSucceeded">True for the result of an operation that has succeeded.</param>
    public static BearerRequestException AtOtherOrigin(
        BearerRequestException error, Operation operation, Uri address, bool hasSucceeded)
    {
        var place = !hasSucceeded && operation.Header is { } header ? $" (header {header})" : string.Empty;
        var (how, what) = hasSucceeded ? ("has succeeded", "result") : ("continues on the server", "status");
        return error.With(
            $"{RequestLine(operation)}: the operation {how}, but the response names {Origin.Of(address)} as the place of its "
                + $"{what}{place}, not {operation.Request.Origin}. {error.Message}",
            error.NextStep);
    }

    /// <summary>The address for the caller. Omits one that a server put a secret into: it would be shown with the error.</summary>
    public static Uri? StatusUri(Uri address) => LiveSecrets.Redact(address.AbsoluteUri) == address.AbsoluteUri ? address : null;

    private static string RequestLine(Operation operation) =>
        $"{operation.Request.Method} {RequestAddress.Printable(operation.Request.Address)}";
}
