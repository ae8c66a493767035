using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;

namespace BearerTools.Http;

/// <summary>
/// Requests that are sent again at once, without a delay and without counting as a retry: the server certainly did not process them,
/// or it closed the connection, and they only read.
/// </summary>
internal static class UnprocessedRequest
{
    /// <summary>HTTP/2 servers close a connection after a number of requests (GOAWAY with NO_ERROR, RFC 9113 section 6.8).</summary>
    private const long NoError = 0;

    /// <summary>The maximum number of connections that may close under one attempt.</summary>
    private const int MaxClosed = 8;

    /// <summary>The same for a request that may have been processed, with HTTP/2.</summary>
    private const int MaxGoAways = 3;

    /// <summary>
    /// The same with HTTP/1.1, where it is rare: the runtime notices a closed connection before it uses it, unless both happen at once.
    /// </summary>
    private const int MaxResent = 1;

    /// <param name="cause">The runtime's exception.</param>
    /// <param name="message">The message.</param>
    /// <param name="template">The request.</param>
    /// <param name="repeats">The number of times that it was sent again so far.</param>
    public static bool MayRepeat(Exception cause, HttpRequestMessage message, RequestTemplate template, int repeats)
    {
        if (cause is not (HttpRequestException or IOException or OperationCanceledException)) return false;
        if (template.Body is { CanReplay: false }) return false;
        var root = cause.GetBaseException();
        if (root is IdleConnectionException) return repeats < FreshConnectionHandler.MaxRepeats;
        if (root is ResentException) return MethodTraits.IsSafe(template.Method) && repeats < MaxResent;
        if (repeats >= MaxClosed || !(IsGoAway(root) || IsAbandoned(cause, root) || IsClosed(cause, message))) return false;
        return message.Content is ITrackedContent { HasBegun: false }
            || (MethodTraits.IsSafe(template.Method) && IsGoAway(root) && repeats < MaxGoAways);
    }

    /// <summary>True if the runtime gave up a body because its connection was closed; giving up connecting is a time-out.</summary>
    private static bool IsAbandoned(Exception cause, Exception root) =>
        root is UnsentContentException || cause is OperationCanceledException { InnerException: not TimeoutException };

    /// <summary>True if the server closed an HTTP/2 connection; .NET 8 does not state whether it announced that with GOAWAY.</summary>
    private static bool IsClosed(Exception cause, HttpRequestMessage message) =>
        message.Version.Major >= 2 && cause is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded };

    private static bool IsGoAway(Exception root) => root is HttpProtocolException { ErrorCode: NoError };
}
