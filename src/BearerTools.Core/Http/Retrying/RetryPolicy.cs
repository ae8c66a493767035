namespace BearerTools.Http.Retrying;

/// <summary>The number of retries and the delays before them.</summary>
internal sealed record RetryPolicy
{
    public const int DefaultMaxRetries = 2;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of retries for one input.</summary>
    public int MaxRetries { get; init; } = DefaultMaxRetries;

    /// <summary>A fixed delay between attempts; <see langword="null"/> for exponential back-off.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>
    /// True if every failure status is retried, and not only transient faults: the caller waits until the request succeeds, such as for a
    /// resource that is still being created.
    /// </summary>
    public bool RetriesEveryFailure { get; init; }

    /// <summary>The time limit for one input, including all attempts and waits; <see langword="null"/> for none.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>
    /// Returns the delay before the next attempt: random up to a bound that doubles ("full jitter"), so that requests that failed
    /// together are not retried together.
    /// </summary>
    /// <param name="retries">The number of retries so far.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public TimeSpan Wait(int retries, double jitter)
    {
        if (Interval is { } interval) return interval;
        var bound = s_first * Math.Pow(2, Math.Min(retries, 30));
        return (bound < s_longest ? bound : s_longest) * jitter;
    }
}
