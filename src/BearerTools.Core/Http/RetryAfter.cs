namespace BearerTools.Http;

/// <summary>How long a server asks to be left alone (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>The delay, never negative; nothing when the answer does not say, or not so that it can be read.</summary>
    /// <param name="answer">The answer; a date in it is compared with the answer's own, so that clocks need not agree.</param>
    /// <param name="now">The time here, for an answer that has none.</param>
    public static TimeSpan? Delay(HttpResponseMessage answer, DateTimeOffset now) => answer.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } => date - (answer.Headers.Date ?? now) is var delay && delay > TimeSpan.Zero ? delay : TimeSpan.Zero,
        _ => null,
    };
}
