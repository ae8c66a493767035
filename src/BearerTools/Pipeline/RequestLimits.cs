namespace BearerTools.Pipeline;

/// <summary>Converts time limits from parameters: whole seconds, with 0 for no limit.</summary>
internal static class RequestLimits
{
    /// <summary>Longest limit that timers support, in seconds (about 46 days).</summary>
    public const int MaxSeconds = 4_000_000;

    /// <summary>The limit, or <see langword="null"/> for 0 and for values beyond the maximum.</summary>
    public static TimeSpan? Of(int seconds) => seconds is > 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
}
