using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Http.Waiting;

/// <summary>Why an operation has no result.</summary>
internal static class OperationFault
{
    private const int LongestBody = 64 * 1024;

    /// <summary>The server says that it failed or was ended.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="state">Its last state.</param>
    /// <param name="response">The answer that says so; its body has been read.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<BearerRequestException> EndedAsync(Operation operation, OperationState state, ApiResponse response, CancellationToken cancel)
    {
        var content = response.Message.Content;
        var body = TextEncoding.Of(content).GetString(await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false));
        var words = ProblemText.From(body, isCut: false, content.Headers.ContentType?.MediaType);
        return new BearerRequestException($"{Begun(operation)}: the operation has ended as {state.Words}{(words is null ? string.Empty : $": {words}")}", response.Status, RequestFailure.Headers(response.Message), ServerText.Clean(body, LongestBody))
        {
            ErrorId = state.Outcome == OperationOutcome.Canceled ? "OperationCanceled" : "OperationFailed",
            Kind = BearerErrorKind.Server,
            Address = RequestAddress.Printable(operation.Asked.Address),
            Details = words,
            StatusUri = Presentable(operation.State),
        };
    }

    /// <summary>It goes on for longer than was waited for.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="state">Its last state.</param>
    /// <param name="atMost">How long that was.</param>
    /// <param name="asked">When the server wants to be asked again, if that is too late.</param>
    public static BearerRequestException TimedOut(Operation operation, OperationState state, TimeSpan atMost, TimeSpan? asked)
    {
        var again = asked is { } delay ? $", and the server wants to be asked again in {TimeText.Seconds(delay)}" : string.Empty;
        return new BearerRequestException($"{Begun(operation)}: the operation is not done within {TimeText.Seconds(atMost)}{again}. It was {state.Words}; how it goes is to be asked at {RequestAddress.Printable(operation.State)}.")
        {
            ErrorId = "WaitTimeout",
            Kind = BearerErrorKind.Timeout,
            Address = RequestAddress.Printable(operation.Asked.Address),
            NextStep = "It goes on: ask the address in $_.Exception.StatusUri later, or wait longer with -WaitTimeoutSeconds.",
            StatusUri = Presentable(operation.State),
        };
    }

    /// <summary>The answer has no state where one is due.</summary>
    public static BearerRequestException NoState(Operation operation, ApiResponse response) =>
        new($"{Begun(operation)}: the answer of {RequestAddress.Printable(response.Template.Address)} has no 'status' that says how the operation goes.", response.Status)
        {
            ErrorId = "OperationStateUnknown",
            Kind = BearerErrorKind.InvalidData,
            Address = RequestAddress.Printable(operation.Asked.Address),
            NextStep = "Ask the address in $_.Exception.StatusUri, and see in the API's description what it means.",
            StatusUri = Presentable(operation.State),
        };

    private static string Begun(Operation operation) => $"{operation.Asked.Method} {RequestAddress.Printable(operation.Asked.Address)}";

    /// <summary>A server that writes the token into the address would have it shown with the error.</summary>
    private static Uri? Presentable(Uri address) => LiveSecrets.Redact(address.AbsoluteUri) == address.AbsoluteUri ? address : null;
}
