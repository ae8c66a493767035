namespace BearerTools.Tokens;

/// <summary>Decides when a token is renewed. Pure functions, no waiting.</summary>
internal static class RenewalPolicy
{
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromMinutes(5);

    /// <summary>How long no token is requested for a key after a token that replaced a rejected one was rejected too.</summary>
    public static readonly TimeSpan RejectionPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_longestBackgroundPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Servers state lifetimes in whole seconds, so a token may expire up to one second early; the renewal takes time too.
    /// </summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1.2);

    /// <summary>Minimum fraction of its lifetime that a token is used for.</summary>
    private const double LeastUse = 0.4;

    /// <summary>
    /// Time before expiry at which a token is renewed: 5 minutes or a tenth of its lifetime, whichever is less; for tokens of a few
    /// seconds, the second that rounding may cost.
    /// </summary>
    public static TimeSpan Window(AccessToken token)
    {
        if (token.ExpiresOn is not { } end || token.IssuedOn is not { } start) return s_longestWindow;
        var life = end - start;
        return Longer(Shorter(s_longestWindow, life / 10), Shorter(s_rounding, life * (1 - LeastUse)));
    }

    public static bool IsValid(AccessToken token, DateTimeOffset now) => token.ExpiresOn is not { } end || now < end;

    public static bool IsDue(AccessToken token, DateTimeOffset now) => token.ExpiresOn is { } end && now >= end - Window(token);

    /// <summary>
    /// Time to wait after a failed background renewal: it doubles with each failure, from an eighth of the window, so that there are a few
    /// more attempts before the token expires.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="failures">Number of renewals of this token that have failed.</param>
    public static TimeSpan BackgroundPause(AccessToken token, int failures) =>
        Shorter(s_longestBackgroundPause, Window(token) / 8 * Math.Pow(2, Math.Min(failures, 10)));

    /// <summary>True if a token was shorter than a time when it was issued.</summary>
    public static bool IsNeverLonger(AccessToken token, TimeSpan minimum) =>
        token.ExpiresOn is { } end && token.IssuedOn is { } start && end - start - s_rounding < minimum;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
