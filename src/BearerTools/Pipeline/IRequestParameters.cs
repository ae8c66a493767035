using System.Management.Automation;
using BearerTools.Profiles;

namespace BearerTools.Pipeline;

/// <summary>Request parameters of Invoke-BearerRequest and of the cmdlets that define connections.</summary>
internal interface IRequestParameters
{
    int ThrottleLimit { get; }

    RateLimit? RateLimit { get; }

    RateLimitScope RateLimitScope { get; }

    int OriginThrottleLimit { get; }

    SwitchParameter AdaptiveThrottle { get; }

    int MaximumQuotaWaitSec { get; }

    int MaximumRetryCount { get; }

    int RetryIntervalSec { get; }

    int ConnectionTimeoutSeconds { get; }

    int OperationTimeoutSeconds { get; }

    string? UserAgent { get; }

    Uri? Proxy { get; }

    PSCredential? ProxyCredential { get; }

    SwitchParameter ProxyUseDefaultCredentials { get; }

    SwitchParameter NoProxy { get; }

    SwitchParameter SkipHttpErrorCheck { get; }

    int[]? RenewOn { get; }

    string[]? TraceQuery { get; }
}

/// <summary>Converts <see cref="IRequestParameters"/> to settings.</summary>
internal static class RequestParameters
{
    /// <summary>The settings from the command line. A parameter that is not given leaves its setting unset.</summary>
    /// <exception cref="BearerRequestException">The proxy parameters cannot be combined.</exception>
    public static RequestSettings ToSettings(this IRequestParameters given, IReadOnlyDictionary<string, object> bound)
    {
        return new RequestSettings
        {
            ThrottleLimit = Typed(nameof(given.ThrottleLimit), given.ThrottleLimit),
            RateLimit = given.RateLimit,
            RateLimitScope = Typed(nameof(given.RateLimitScope), given.RateLimitScope),
            OriginThrottleLimit = Typed(nameof(given.OriginThrottleLimit), given.OriginThrottleLimit),
            AdaptiveThrottle = Typed(nameof(given.AdaptiveThrottle), (bool)given.AdaptiveThrottle),
            MaximumQuotaWait = Typed(nameof(given.MaximumQuotaWaitSec), TimeSpan.FromSeconds(given.MaximumQuotaWaitSec)),
            MaximumRetryCount = Typed(nameof(given.MaximumRetryCount), given.MaximumRetryCount),
            RetryInterval = RequestLimits.Of(given.RetryIntervalSec),
            ConnectionTimeout = TypedLimit(nameof(given.ConnectionTimeoutSeconds), given.ConnectionTimeoutSeconds),
            OperationTimeout = TypedLimit(nameof(given.OperationTimeoutSeconds), given.OperationTimeoutSeconds),
            UserAgent = given.UserAgent,
            Proxy = ProxyParameters.Create(given.Proxy, given.ProxyCredential, given.ProxyUseDefaultCredentials, given.NoProxy),
            NoProxy = given.NoProxy ? true : given.Proxy is not null ? false : null,
            SkipHttpErrorCheck = Typed(nameof(given.SkipHttpErrorCheck), (bool)given.SkipHttpErrorCheck),
            RenewOn = given.RenewOn?.ToArray(),
            TraceQuery = given.TraceQuery?.ToArray(),
        };

        T? Typed<T>(string parameter, T value) where T : struct => bound.ContainsKey(parameter) ? value : null;

        TimeSpan? TypedLimit(string parameter, int seconds) =>
            bound.ContainsKey(parameter) ? RequestLimits.Of(seconds) ?? Timeout.InfiniteTimeSpan : null;
    }
}
