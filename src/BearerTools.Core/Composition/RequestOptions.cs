using System.Net;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Profiles;

namespace BearerTools.Composition;

/// <summary>
/// All options of a call's requests, composed of the options of its parts. <see cref="With"/> is the only place that applies settings.
/// </summary>
internal sealed record RequestOptions
{
    public static RequestOptions Default { get; } = new();

    /// <summary>Options of the connections.</summary>
    public HandlerOptions Handlers { get; init; } = HandlerOptions.Default;

    /// <summary>Options of each message, and its timeouts.</summary>
    public SendOptions Messages { get; init; } = SendOptions.Default;

    public RedirectRules Redirects { get; init; } = RedirectRules.Default;

    public RetryPolicy Retries { get; init; } = new();

    public PaceOptions Pace { get; init; } = new();

    /// <summary>Maximum number of concurrent requests.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    public bool SkipErrorCheck { get; init; }

    /// <summary>True if a token that an origin rejects ends the run. No effect if error checks are off.</summary>
    public bool EndsAtRejection { get; init; }

    /// <summary>Maximum time to poll a long-running operation, or <see langword="null"/> to return its first response.</summary>
    public TimeSpan? PollingLimit { get; init; }

    /// <summary>The cookies of a session, or <see langword="null"/>.</summary>
    public CookieContainer? Cookies { get; init; }

    /// <summary>True if the token may be sent over plain http to other machines.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Statuses besides 401 that reject a token at this API.</summary>
    public IReadOnlyList<int> RenewOn { get; init; } = [];

    /// <summary>Further names in queries whose values the trace shows, or <see langword="null"/>.</summary>
    public IReadOnlyList<string>? TraceQuery { get; init; }

    /// <summary>The time that the token has to last when a request is sent, or <see langword="null"/>.</summary>
    public TimeSpan? MinimumLifetime { get; init; }

    /// <summary>Headers of every request that does not set the same header itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Query parameters of every request that does not contain the same name itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>A copy with everything that the settings set.</summary>
    public RequestOptions With(RequestSettings settings) => this with
    {
        Handlers = settings is { Proxy: null, NoProxy: null } && settings.ConnectionTimeout is null ? Handlers : Handlers with
        {
            UseProxy = settings.NoProxy is null ? Handlers.UseProxy : !settings.NoProxy.Value,
            Proxy = settings.Proxy ?? (settings.NoProxy == true ? null : Handlers.Proxy),
            // A time limit above the connect timeout also extends that.
            NoConnectTimeout = settings.ConnectionTimeout is { } limit
                ? limit == Timeout.InfiniteTimeSpan || limit > HttpHandlerFactory.ConnectTimeout
                : Handlers.NoConnectTimeout,
        },
        Messages = Messages with
        {
            UserAgent = settings.UserAgent ?? Messages.UserAgent,
            ResponseTimeout = Limit(settings.ConnectionTimeout, Messages.ResponseTimeout),
            ReadTimeout = Limit(settings.OperationTimeout, Messages.ReadTimeout),
        },
        Retries = Retries with
        {
            MaxRetries = settings.MaximumRetryCount ?? Retries.MaxRetries,
            Interval = settings.RetryInterval ?? Retries.Interval,
        },
        Pace = Pace with
        {
            Rate = settings.RateLimit ?? Pace.Rate,
            Scope = settings.RateLimitScope ?? Pace.Scope,
            MaxConcurrent = settings.OriginThrottleLimit ?? Pace.MaxConcurrent,
            IsAdaptive = settings.AdaptiveThrottle ?? Pace.IsAdaptive,
            MaxQuotaWait = settings.MaximumQuotaWait ?? Pace.MaxQuotaWait,
        },
        ThrottleLimit = settings.ThrottleLimit ?? ThrottleLimit,
        SkipErrorCheck = settings.SkipHttpErrorCheck ?? SkipErrorCheck,
        RenewOn = settings.RenewOn ?? RenewOn,
        TraceQuery = settings.TraceQuery ?? TraceQuery,
        Headers = RequestSettings.Merge(settings.Headers, Headers),
        Query = RequestSettings.Merge(settings.Query, Query),
    };

    private static TimeSpan? Limit(TimeSpan? setting, TimeSpan? current) => setting == Timeout.InfiniteTimeSpan ? null : setting ?? current;
}
