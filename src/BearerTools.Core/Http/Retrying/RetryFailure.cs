using BearerTools.Http.Pacing;

namespace BearerTools.Http.Retrying;

/// <summary>What is said when there is no time for another try, or another try did not help.</summary>
internal static class RetryFailure
{
    /// <summary>All tries together took too long.</summary>
    public static BearerRequestException Overdue(RequestRecipe recipe, TimeSpan limit) =>
        Late(recipe, "DeadlineExceeded", $"it was not answered within {Seconds(limit)}, all tries and waits included.", "Allow more with -DeadlineSeconds, or have fewer under way at once with -ThrottleLimit.");

    /// <summary>The API wants to be left alone for longer than there is time.</summary>
    public static BearerRequestException PausedTooLong(Pause pause, RequestRecipe recipe, Deadline deadline)
    {
        var address = RequestAddress.Printable(recipe.Address);
        return new BearerRequestException($"{recipe.Method} {address}: it was not sent. {char.ToUpperInvariant(pause.Reason[0])}{pause.Reason[1..]} for another {Seconds(pause.For)}, longer than -DeadlineSeconds leaves ({Seconds(deadline.Left)}).")
        {
            ErrorId = "PausedBeyondDeadline",
            Kind = BearerErrorKind.Throttled,
            Address = address,
            NextStep = "Come again later, or allow more with -DeadlineSeconds.",
        };
    }

    /// <summary>The same error, which tells of the tries before it too.</summary>
    public static BearerRequestException GivenUp(BearerRequestException last, string why) => new($"{last.Message} ({why})", last.InnerException)
    {
        ErrorId = last.ErrorId,
        Kind = last.Kind,
        Address = last.Address,
        Details = last.Details,
        NextStep = last.NextStep,
    };

    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");

    private static BearerRequestException Late(RequestRecipe recipe, string errorId, string what, string nextStep)
    {
        var address = RequestAddress.Printable(recipe.Address);
        return new BearerRequestException($"{recipe.Method} {address}: {what}")
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.Timeout,
            Address = address,
            NextStep = nextStep,
        };
    }
}
