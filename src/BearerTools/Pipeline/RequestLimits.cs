namespace BearerTools.Pipeline;

/// <summary>Time limits as parameters give them: whole seconds, of which 0 is no limit.</summary>
internal static class RequestLimits
{
    /// <summary>More than anybody waits for, and less than timers can count.</summary>
    public const int MaxSeconds = 4_000_000;

    /// <summary>A time limit; <see langword="null"/> for 0 and for what no timer can count.</summary>
    public static TimeSpan? Of(int seconds) => seconds is > 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
}
