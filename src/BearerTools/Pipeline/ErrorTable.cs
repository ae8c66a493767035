using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>Converts exceptions to error records.</summary>
internal static class ErrorTable
{
    /// <param name="error">The exception.</param>
    /// <param name="target">The pipeline input that failed.</param>
    public static ErrorRecord Record(Exception error, object? target)
    {
        if (error is not IBearerError known) return Foreign(error, target);
        // The Json folder knows no secrets, so it cannot redact its own messages.
        if (error is JsonFormatException or JsonBodyException && !ErrorText.IsClean(error))
        {
            known = (IBearerError)(error = new BearerRequestException(error.Message, error.InnerException)
            {
                ErrorId = known.ErrorId,
                Kind = known.Kind,
                NextStep = known.NextStep,
            });
        }

        var record = new ErrorRecord(error, known.ErrorId, Category(known.Kind), target);
        // Part of the message, because RecommendedAction is shown only at the console and is lost in logs that take "$_".
        if (known.NextStep is { } next) record.ErrorDetails = new ErrorDetails(ErrorText.Message($"{Sentence(error.Message)} {next}"));
        else if (known.Details is not null) record.ErrorDetails = new ErrorDetails(ErrorText.Message(error.Message));
        return record;
    }

    /// <summary>
    /// True if all other inputs would fail too: the error says so, or no token can be obtained and the cause is not transient. Continuing
    /// would only repeat the error, and might lock an account.
    /// </summary>
    public static bool ConcernsAll(Exception error) => error is BearerRequestException { EndsRun: true }
        or BearerTokenException { Kind: not (BearerErrorKind.Connection or BearerErrorKind.Timeout or BearerErrorKind.Server) };

    /// <summary>
    /// Ends a message with a full stop so that another sentence can follow. Messages of servers and the runtime often have none.
    /// </summary>
    internal static string Sentence(string message) => message is [.., '.' or '!' or '?' or '…'] ? message : message + ".";

    /// <summary>An error with unknown text, which may quote a secret.</summary>
    private static ErrorRecord Foreign(Exception error, object? target)
    {
        if (!ErrorText.IsClean(error)) error = new BearerRequestException(error.Message, error.InnerException);
        return new ErrorRecord(error, "Unexpected", ErrorCategory.NotSpecified, target);
    }

    private static ErrorCategory Category(BearerErrorKind kind) => kind switch
    {
        BearerErrorKind.InvalidData => ErrorCategory.InvalidData,
        BearerErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        BearerErrorKind.Authentication => ErrorCategory.AuthenticationError,
        BearerErrorKind.Permission => ErrorCategory.PermissionDenied,
        BearerErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        BearerErrorKind.Connection => ErrorCategory.ConnectionError,
        BearerErrorKind.Timeout => ErrorCategory.OperationTimeout,
        BearerErrorKind.Server => ErrorCategory.InvalidResult,
        BearerErrorKind.Security => ErrorCategory.SecurityError,
        BearerErrorKind.Throttled => ErrorCategory.LimitsExceeded,
        BearerErrorKind.File => ErrorCategory.WriteError,
        _ => ErrorCategory.NotSpecified,
    };
}
