using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>The one table from exceptions to error records.</summary>
internal static class ErrorTable
{
    /// <param name="error">What went wrong.</param>
    /// <param name="target">The input it went wrong for, as it came down the pipeline.</param>
    public static ErrorRecord Record(Exception error, object? target)
    {
        if (error is not IBearerError known) return Foreign(error, target);
        // Json has no words of its own for what must not be shown.
        if (error is JsonFormatException or JsonBodyException && !ErrorText.IsClean(error))
            known = (IBearerError)(error = new BearerRequestException(error.Message, error.InnerException) { ErrorId = known.ErrorId, Kind = known.Kind, NextStep = known.NextStep });
        var record = new ErrorRecord(error, known.ErrorId, Category(known.Kind), target);
        // In the message, not as RecommendedAction: that is shown at the console, and lost in every log that takes "$_".
        if (known.NextStep is { } next) record.ErrorDetails = new ErrorDetails(ErrorText.Message($"{Sentence(error.Message)} {next}"));
        else if (known.Details is not null) record.ErrorDetails = new ErrorDetails(ErrorText.Message(error.Message));
        return record;
    }

    /// <summary>
    /// Whether it would hit every further input alike: no token can be got, and not because of the weather. Going on
    /// would only repeat it, at worst until an account is locked.
    /// </summary>
    public static bool ConcernsAll(Exception error) =>
        error is BearerTokenException { Kind: not (BearerErrorKind.Connection or BearerErrorKind.Timeout or BearerErrorKind.Server) };

    /// <summary>Closed, so that another can follow; the words of servers and of the runtime often are not.</summary>
    private static string Sentence(string message) => message is [.., '.' or '!' or '?' or '…'] ? message : message + ".";

    /// <summary>Nobody has looked at these texts: what they quote may be secret.</summary>
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
