using System.Security.Authentication;

namespace BearerTools.Security;

/// <summary>
/// Cleans the texts of all errors: exceptions of this module clean their message and causes here when they are created, so that no throw
/// can forget to. Causes without secrets and control characters are kept.
/// </summary>
internal static class ErrorText
{
    private const int LongestCause = 1000;
    private const int MaxCauses = 16;

    /// <summary>The message without secrets, user info and control characters.</summary>
    public static string Message(string text) => ServerText.Clean(text, int.MaxValue);

    /// <summary>The cause, or a copy with cleaned texts if any of them must not be shown.</summary>
    public static Exception? Cause(Exception? cause) => cause is null || IsClean(cause) ? cause : Copy(cause, MaxCauses);

    /// <summary>True if no text of the exception and its causes needs cleaning.</summary>
    public static bool IsClean(Exception error)
    {
        var left = MaxCauses;
        for (var current = error; current is not null; current = current.InnerException)
        {
            // Exceptions of libraries may have members with unknown content, such as bodies and headers of responses.
            if (left-- == 0 || !IsPlain(current) || Message(current.Message) != current.Message.Trim()) return false;
        }

        return true;
    }

    /// <summary>True if the exception contains nothing but its texts, as those of the runtime and of this module do.</summary>
    private static bool IsPlain(Exception error) =>
        error is IBearerError
            || (error is not AggregateException && error.GetType().Namespace is { } name
                && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)));

    /// <summary>A cleaned copy, of the same type where retries depend on it.</summary>
    private static Exception? Copy(Exception? cause, int left)
    {
        if (cause is null or IBearerError || left == 0) return left == 0 ? null : cause;
        var inner = Copy(cause.InnerException, left - 1);
        var text = ServerText.Clean(cause.Message, LongestCause);
        return cause switch
        {
            HttpProtocolException fault => new HttpProtocolException(fault.ErrorCode, WithoutError(text, fault), inner),
            HttpIOException fault => new HttpIOException(fault.HttpRequestError, WithoutError(text, fault), inner),
            HttpRequestException fault when cause.GetType() == typeof(HttpRequestException) =>
                new HttpRequestException(fault.HttpRequestError, text, inner, fault.StatusCode),
            InvalidDataException => new InvalidDataException(text, inner),
            IOException => new IOException(text, inner),
            AuthenticationException => new AuthenticationException(text, inner),
            TimeoutException => new TimeoutException(text, inner),
            OperationCanceledException => new OperationCanceledException(text, inner),
            CleanedCause => cause,
            _ => new CleanedCause($"{cause.GetType().FullName}: {text}", inner),
        };
    }

    /// <summary>Removes the error name, which the constructor of this type appends to the text again.</summary>
    private static string WithoutError(string text, HttpIOException fault) =>
        text.Replace($" ({fault.HttpRequestError})", string.Empty, StringComparison.Ordinal);

    /// <summary>Replaces an exception that must not be shown: its type and its cleaned text.</summary>
    private sealed class CleanedCause(string message, Exception? inner) : Exception(message, inner);
}
