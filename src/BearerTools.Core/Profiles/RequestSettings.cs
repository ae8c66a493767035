using System.Net;

namespace BearerTools.Profiles;

/// <summary>
/// Request settings of a command line, a connection or a profile. A member is <see langword="null"/> if it is not set, so that settings
/// can be combined: the command line overrides the connection, which overrides the defaults.
/// </summary>
internal sealed record RequestSettings
{
    public static RequestSettings None { get; } = new();

    /// <summary>Headers of every request. When settings are combined, both lists apply; for the same name, the overriding one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Query parameters of every request, combined in the same way.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>Maximum number of concurrent requests of one command.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>Maximum rate of requests to one origin.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Which requests share the rate.</summary>
    public RateLimitScope? RateLimitScope { get; init; }

    /// <summary>Maximum number of concurrent requests to one origin, over all commands of the process.</summary>
    public int? OriginThrottleLimit { get; init; }

    /// <summary>Adapts the number of concurrent requests to what the API can handle.</summary>
    public bool? AdaptiveThrottle { get; init; }

    /// <summary>Maximum wait for a quota that the API reports as exhausted without refusing a request.</summary>
    public TimeSpan? MaximumQuotaWait { get; init; }

    /// <summary>Maximum number of retries of one request.</summary>
    public int? MaximumRetryCount { get; init; }

    /// <summary>Fixed time between two attempts, instead of exponential back-off.</summary>
    public TimeSpan? RetryInterval { get; init; }

    /// <summary>Maximum time to wait for the headers of a response; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? ConnectionTimeout { get; init; }

    /// <summary>Maximum time to wait between two parts of a body; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? OperationTimeout { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The proxy. Ignored if <see cref="NoProxy"/> is true.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Connects without a proxy, even if the system defines one.</summary>
    public bool? NoProxy { get; init; }

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    public bool? SkipHttpErrorCheck { get; init; }

    /// <summary>Statuses besides 401 that reject a token.</summary>
    public IReadOnlyList<int>? RenewOn { get; init; }

    /// <summary>Names in queries whose values the trace shows, besides those that are known to be harmless.</summary>
    public IReadOnlyList<string>? TraceQuery { get; init; }

    /// <summary>These settings where they are set, else the lower ones.</summary>
    public RequestSettings Over(RequestSettings lower) => ReferenceEquals(lower, None) ? this : this with
    {
        Headers = Merge(Headers, lower.Headers),
        Query = Merge(Query, lower.Query),
        ThrottleLimit = ThrottleLimit ?? lower.ThrottleLimit,
        RateLimit = RateLimit ?? lower.RateLimit,
        RateLimitScope = RateLimitScope ?? lower.RateLimitScope,
        OriginThrottleLimit = OriginThrottleLimit ?? lower.OriginThrottleLimit,
        AdaptiveThrottle = AdaptiveThrottle ?? lower.AdaptiveThrottle,
        MaximumQuotaWait = MaximumQuotaWait ?? lower.MaximumQuotaWait,
        MaximumRetryCount = MaximumRetryCount ?? lower.MaximumRetryCount,
        RetryInterval = RetryInterval ?? lower.RetryInterval,
        ConnectionTimeout = ConnectionTimeout ?? lower.ConnectionTimeout,
        OperationTimeout = OperationTimeout ?? lower.OperationTimeout,
        UserAgent = UserAgent ?? lower.UserAgent,
        // Both members describe the proxy, so they are overridden together.
        Proxy = Proxy is null && NoProxy is null ? lower.Proxy : Proxy,
        NoProxy = Proxy is null && NoProxy is null ? lower.NoProxy : NoProxy,
        SkipHttpErrorCheck = SkipHttpErrorCheck ?? lower.SkipHttpErrorCheck,
        RenewOn = RenewOn ?? lower.RenewOn,
        TraceQuery = TraceQuery ?? lower.TraceQuery,
    };

    /// <summary>Both lists, without lower entries whose name the upper list contains. Names are not case-sensitive.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> upper, IReadOnlyList<KeyValuePair<string, string>> lower)
    {
        if (lower.Count == 0) return upper;
        if (upper.Count == 0) return lower;
        var names = upper.Select(pair => pair.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. upper, .. lower.Where(pair => !names.Contains(pair.Key))];
    }
}
