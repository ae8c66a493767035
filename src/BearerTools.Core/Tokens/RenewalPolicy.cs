namespace BearerTools.Tokens;

/// <summary>When a token is renewed: arithmetic only, no waiting.</summary>
internal static class RenewalPolicy
{
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromMinutes(5);

    /// <summary>How long a token got after a rejection, and rejected itself, keeps its key from asking again.</summary>
    public static readonly TimeSpan RejectionPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_longestBackgroundPause = TimeSpan.FromSeconds(30);

    /// <summary>Servers count a life in whole seconds, so a token may end up to one second before its time; and a renewal takes a moment.</summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1.2);

    /// <summary>The least part of its life that a token is used for.</summary>
    private const double LeastUse = 0.4;

    /// <summary>
    /// The last 5 minutes or the last tenth of its life, whichever is less; for tokens of a few seconds, the second that
    /// rounding may cost.
    /// </summary>
    public static TimeSpan Window(AccessToken token)
    {
        if (token.ExpiresOn is not { } end || token.IssuedOn is not { } start) return s_longestWindow;
        var life = end - start;
        return Longer(Shorter(s_longestWindow, life / 10), Shorter(s_rounding, life * (1 - LeastUse)));
    }

    public static bool IsValid(AccessToken token, DateTimeOffset now) => token.ExpiresOn is not { } end || now < end;

    public static bool IsDue(AccessToken token, DateTimeOffset now) => token.ExpiresOn is { } end && now >= end - Window(token);

    /// <summary>After a renewal in the background failed: not with every request, but a few times more while the token lives.</summary>
    public static TimeSpan BackgroundPause(AccessToken token) => Shorter(s_longestBackgroundPause, Window(token) / 4);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
