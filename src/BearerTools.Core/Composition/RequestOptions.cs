using System.Net;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Profiles;

namespace BearerTools.Composition;

/// <summary>
/// Everything that is decided of a call's requests, composed of the records of its parts. Settings are laid over the defaults
/// in one place, <see cref="With"/>.
/// </summary>
internal sealed record RequestOptions
{
    public static RequestOptions Default { get; } = new();

    /// <summary>How connections are made.</summary>
    public HandlerOptions Handlers { get; init; } = HandlerOptions.Default;

    /// <summary>What each message says, and its time-outs.</summary>
    public SendOptions Messages { get; init; } = SendOptions.Default;

    public RedirectRules Redirects { get; init; } = RedirectRules.Default;

    public RetryPolicy Retries { get; init; } = new();

    public PaceOptions Pace { get; init; } = new();

    /// <summary>Maximum number of concurrent requests.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    public bool SkipErrorCheck { get; init; }

    /// <summary>How long a long-running operation is polled; <see langword="null"/> to return its first response.</summary>
    public TimeSpan? PollingLimit { get; init; }

    /// <summary>The cookies of a session, or <see langword="null"/>.</summary>
    public CookieContainer? Cookies { get; init; }

    /// <summary>The token may go over plain http to other machines.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Headers of every request that has none of their name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Query parameters of every request that has none of their name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>These options with everything that the settings say.</summary>
    public RequestOptions With(RequestSettings settings) => this with
    {
        Handlers = settings is { Proxy: null, NoProxy: null } && settings.ConnectionTimeout is null ? Handlers : Handlers with
        {
            UseProxy = settings.NoProxy is null ? Handlers.UseProxy : !settings.NoProxy.Value,
            Proxy = settings.Proxy ?? (settings.NoProxy == true ? null : Handlers.Proxy),
            // A limit beyond that of connecting means to wait longer for the connection, too.
            NoConnectTimeout = settings.ConnectionTimeout is { } limit ? limit == Timeout.InfiniteTimeSpan || limit > HttpHandlerFactory.ConnectTimeout : Handlers.NoConnectTimeout,
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
            MaxConcurrent = settings.OriginThrottleLimit ?? Pace.MaxConcurrent,
            IsAdaptive = settings.AdaptiveThrottle ?? Pace.IsAdaptive,
        },
        ThrottleLimit = settings.ThrottleLimit ?? ThrottleLimit,
        SkipErrorCheck = settings.SkipHttpErrorCheck ?? SkipErrorCheck,
        Headers = RequestSettings.Merge(settings.Headers, Headers),
        Query = RequestSettings.Merge(settings.Query, Query),
    };

    private static TimeSpan? Limit(TimeSpan? said, TimeSpan? before) => said == Timeout.InfiniteTimeSpan ? null : said ?? before;
}
