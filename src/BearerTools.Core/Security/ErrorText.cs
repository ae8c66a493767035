using System.Security.Authentication;

namespace BearerTools.Security;

/// <summary>
/// The exit of every error: an exception of this module cleans its message and its causes here, when it is made, so that no
/// place that throws can forget to. Causes that say nothing secret and nothing unprintable stay what they are.
/// </summary>
internal static class ErrorText
{
    private const int LongestCause = 1000;
    private const int MaxCauses = 16;

    /// <summary>A message without secrets, user info and control characters.</summary>
    public static string Message(string text) => ServerText.Clean(text, int.MaxValue);

    /// <summary>The cause; a copy with cleaned texts if any text in it must not be shown.</summary>
    public static Exception? Cause(Exception? cause) => cause is null || IsClean(cause) ? cause : Copy(cause, MaxCauses);

    /// <summary>Whether nothing that an exception and its causes say has to be cleaned.</summary>
    public static bool IsClean(Exception error)
    {
        var left = MaxCauses;
        for (var one = error; one is not null; one = one.InnerException)
        {
            // What libraries add to their exceptions, such as bodies and headers of responses, nobody has looked at.
            if (left-- == 0 || !IsPlain(one) || Message(one.Message) != one.Message.Trim()) return false;
        }

        return true;
    }

    /// <summary>The engine's exceptions and this module's hold no more than their text.</summary>
    private static bool IsPlain(Exception error) =>
        error is IBearerError || (error is not AggregateException && error.GetType().Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)));

    /// <summary>Of the same type where retries are decided by it.</summary>
    private static Exception? Copy(Exception? cause, int left)
    {
        if (cause is null or IBearerError || left == 0) return left == 0 ? null : cause;
        var inner = Copy(cause.InnerException, left - 1);
        var text = ServerText.Clean(cause.Message, LongestCause);
        return cause switch
        {
            HttpProtocolException fault => new HttpProtocolException(fault.ErrorCode, WithoutError(text, fault), inner),
            HttpIOException fault => new HttpIOException(fault.HttpRequestError, WithoutError(text, fault), inner),
            HttpRequestException fault when cause.GetType() == typeof(HttpRequestException) => new HttpRequestException(fault.HttpRequestError, text, inner, fault.StatusCode),
            InvalidDataException => new InvalidDataException(text, inner),
            IOException => new IOException(text, inner),
            AuthenticationException => new AuthenticationException(text, inner),
            TimeoutException => new TimeoutException(text, inner),
            OperationCanceledException => new OperationCanceledException(text, inner),
            CleanedCause => cause,
            _ => new CleanedCause($"{cause.GetType().FullName}: {text}", inner),
        };
    }

    /// <summary>These write it behind their text by themselves.</summary>
    private static string WithoutError(string text, HttpIOException fault) => text.Replace($" ({fault.HttpRequestError})", string.Empty, StringComparison.Ordinal);

    /// <summary>What is shown of an exception that cannot be shown itself: its type and its cleaned text.</summary>
    private sealed class CleanedCause(string message, Exception? inner) : Exception(message, inner);
}
