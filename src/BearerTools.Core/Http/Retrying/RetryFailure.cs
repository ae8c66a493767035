using BearerTools.Http.Pacing;

namespace BearerTools.Http.Retrying;

/// <summary>Errors for requests that are not retried (again).</summary>
internal static class RetryFailure
{
    /// <summary>The error for an input that exceeded its deadline, retries included.</summary>
    public static BearerRequestException DeadlineExceeded(RequestTemplate template, TimeSpan limit) =>
        new($"{RequestFailure.What(template)}: no response within {TimeText.Seconds(limit)}, "
            + "including retries and waits.")
        {
            ErrorId = "DeadlineExceeded",
            Kind = BearerErrorKind.Timeout,
            Address = RequestAddress.Printable(template.Address),
            NextStep = "Allow more time with -DeadlineSeconds, or reduce concurrency with -ThrottleLimit.",
        };

    /// <summary>The error for a pause that ends after the deadline.</summary>
    public static BearerRequestException PausedTooLong(Pause pause, RequestTemplate template, Deadline deadline)
    {
        var address = RequestAddress.Printable(template.Address);
        var reason = char.ToUpperInvariant(pause.Clause[0]) + pause.Clause[1..];
        return new BearerRequestException(
            $"{template.Method} {address}: the request was not sent. {reason} for another {TimeText.Seconds(pause.For)}, "
            + $"longer than -DeadlineSeconds leaves ({TimeText.Seconds(deadline.Left)}).")
        {
            ErrorId = "PausedBeyondDeadline",
            Kind = BearerErrorKind.Throttled,
            Address = address,
            NextStep = "Try again later, or allow more time with -DeadlineSeconds.",
        };
    }

    /// <summary>Returns the same error with the reason why there is no further retry.</summary>
    public static BearerRequestException GiveUpReason(BearerRequestException last, string why) =>
        last.With($"{last.Message.TrimEnd('.')} ({why}).", last.NextStep);
}
