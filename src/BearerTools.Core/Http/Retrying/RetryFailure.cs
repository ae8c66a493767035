using BearerTools.Http.Pacing;

namespace BearerTools.Http.Retrying;

/// <summary>What is said when there is no time for another try, or another try did not help.</summary>
internal static class RetryFailure
{
    /// <summary>All tries together took too long.</summary>
    public static BearerRequestException Overdue(RequestTemplate template, TimeSpan limit) =>
        new($"{template.Method} {RequestAddress.Printable(template.Address)}: it was not answered within {TimeText.Seconds(limit)}, all tries and waits included.")
        {
            ErrorId = "DeadlineExceeded",
            Kind = BearerErrorKind.Timeout,
            Address = RequestAddress.Printable(template.Address),
            NextStep = "Allow more with -DeadlineSeconds, or have fewer under way at once with -ThrottleLimit.",
        };

    /// <summary>The API wants to be left alone for longer than there is time.</summary>
    public static BearerRequestException PausedTooLong(Pause pause, RequestTemplate template, Deadline deadline)
    {
        var address = RequestAddress.Printable(template.Address);
        return new BearerRequestException($"{template.Method} {address}: it was not sent. {char.ToUpperInvariant(pause.Clause[0])}{pause.Clause[1..]} for another {TimeText.Seconds(pause.For)}, longer than -DeadlineSeconds leaves ({TimeText.Seconds(deadline.Left)}).")
        {
            ErrorId = "PausedBeyondDeadline",
            Kind = BearerErrorKind.Throttled,
            Address = address,
            NextStep = "Come again later, or allow more with -DeadlineSeconds.",
        };
    }

    /// <summary>The same error, which tells of the tries before it too.</summary>
    public static BearerRequestException GiveUpReason(BearerRequestException last, string why) => new($"{last.Message.TrimEnd('.')} ({why}).", last.InnerException)
    {
        ErrorId = last.ErrorId,
        Kind = last.Kind,
        Address = last.Address,
        Details = last.Details,
        NextStep = last.NextStep,
    };
}
