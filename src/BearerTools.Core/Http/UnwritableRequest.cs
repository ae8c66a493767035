using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Requests that the runtime refuses to write: not a fault of the connection, and the same on each attempt. The cause is looked for in
/// the message itself, because the runtime reports it with the exceptions of broken connections.
/// </summary>
internal static class UnwritableRequest
{
    /// <summary>The error, or <see langword="null"/> if the exception has another cause.</summary>
    public static BearerRequestException? Of(Exception cause, HttpRequestMessage message, RequestTemplate template) => cause switch
    {
        BearerRequestException => null,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown } refused =>
            RequestHeaders.Unwritable(message) ?? (refused.GetBaseException() switch
            {
                // The runtime counts what it writes. Without the caller's own header, it has nothing to compare it with.
                HttpRequestException counted when NamesLength(template) =>
                    Error("ContentLengthWrong", counted, template, "Omit the Content-Length header."),
                ObjectDisposedException => null,
                // A runtime that sent the request again by itself has found its body to be read already.
                InvalidOperationException when template.Body is { CanReplay: false } => null,
                InvalidOperationException or NotSupportedException => Invalid(refused, template),
                _ => null,
            }),
        ObjectDisposedException => null,
        InvalidOperationException or NotSupportedException => Invalid(cause, template),
        _ => null,
    };

    private static bool NamesLength(RequestTemplate template) =>
        template.Headers.Any(header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase));

    private static BearerRequestException Invalid(Exception cause, RequestTemplate template) =>
        Error("RequestNotWritable", cause, template, "Check the combination of -HttpVersion, -TransferEncoding, -Headers and -Proxy.");

    private static BearerRequestException Error(string errorId, Exception cause, RequestTemplate template, string nextStep)
    {
        var address = RequestAddress.Printable(template.Address);
        var why = ServerText.Clean(cause.GetBaseException().Message);
        return new($"{template.Method} {address}: the request cannot be written. {why}", cause)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidArgument,
            Address = address,
            NextStep = nextStep,
        };
    }
}
