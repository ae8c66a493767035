namespace BearerTools.Http.Pacing;

/// <summary>A command's limits for the origins it sends to. The limits of concurrent commands all apply.</summary>
internal sealed record PaceOptions
{
    /// <summary>The maximum rate of requests.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>Which requests share the rate, or <see langword="null"/> if the connection's store decides.</summary>
    public RateLimitScope? Scope { get; init; }

    /// <summary>The maximum number of concurrent requests of all commands together.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>True if the number of concurrent requests adapts to what the server can handle.</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>
    /// The longest wait for a quota that the API reports as exhausted without refusing a request, unless the user sets one.
    /// </summary>
    public static TimeSpan UsualQuotaWait { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait for any quota that is exhausted, if the user sets one.</summary>
    public TimeSpan? MaxQuotaWait { get; init; }

    /// <summary>True if the command sets no limit of its own.</summary>
    public bool IsNone => Rate is null && MaxConcurrent is null && !IsAdaptive;
}
