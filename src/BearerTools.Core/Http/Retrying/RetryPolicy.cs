namespace BearerTools.Http.Retrying;

/// <summary>How often something is tried again, and after what time.</summary>
internal sealed record RetryPolicy
{
    public const int DefaultMaxRetries = 2;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>How many times one input is tried again.</summary>
    public int MaxRetries { get; init; } = DefaultMaxRetries;

    /// <summary>Always this time between two tries; nothing for times that grow.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>In what time an input has to be answered, all tries and waits together; nothing for any.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>
    /// How long to wait before another try. At random up to a bound that doubles, so that those who failed together do not
    /// come again together ("full jitter").
    /// </summary>
    /// <param name="retries">How many retries there were.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public TimeSpan Wait(int retries, double jitter)
    {
        if (Interval is { } interval) return interval;
        var bound = s_first * Math.Pow(2, Math.Min(retries, 30));
        return (bound < s_longest ? bound : s_longest) * jitter;
    }
}
