using System.Management.Automation;
using BearerTools.Profiles;

namespace BearerTools.Pipeline;

/// <summary>The parameters that set how requests are sent, of the cmdlet that sends them and of those that define connections.</summary>
internal interface IRequestParameters
{
    int ThrottleLimit { get; }

    RateLimit? RateLimit { get; }

    int OriginThrottleLimit { get; }

    SwitchParameter AdaptiveThrottle { get; }

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
}

/// <summary>Reads <see cref="IRequestParameters"/>.</summary>
internal static class RequestParameters
{
    /// <summary>What the command line says; a parameter that is not on it says nothing.</summary>
    /// <exception cref="BearerRequestException">The parameters of the proxy contradict each other.</exception>
    public static RequestSettings ToSettings(this IRequestParameters given, IReadOnlyDictionary<string, object> bound)
    {
        return new RequestSettings
        {
            ThrottleLimit = Typed(nameof(given.ThrottleLimit), given.ThrottleLimit),
            RateLimit = given.RateLimit,
            OriginThrottleLimit = Typed(nameof(given.OriginThrottleLimit), given.OriginThrottleLimit),
            AdaptiveThrottle = Typed(nameof(given.AdaptiveThrottle), (bool)given.AdaptiveThrottle),
            MaximumRetryCount = Typed(nameof(given.MaximumRetryCount), given.MaximumRetryCount),
            RetryInterval = RequestLimits.Of(given.RetryIntervalSec),
            ConnectionTimeout = TypedLimit(nameof(given.ConnectionTimeoutSeconds), given.ConnectionTimeoutSeconds),
            OperationTimeout = TypedLimit(nameof(given.OperationTimeoutSeconds), given.OperationTimeoutSeconds),
            UserAgent = given.UserAgent,
            Proxy = ProxyParameters.Create(given.Proxy, given.ProxyCredential, given.ProxyUseDefaultCredentials, given.NoProxy),
            NoProxy = given.NoProxy ? true : given.Proxy is not null ? false : null,
            SkipHttpErrorCheck = Typed(nameof(given.SkipHttpErrorCheck), (bool)given.SkipHttpErrorCheck),
        };

        T? Typed<T>(string parameter, T value) where T : struct => bound.ContainsKey(parameter) ? value : null;

        TimeSpan? TypedLimit(string parameter, int seconds) => bound.ContainsKey(parameter) ? RequestLimits.Of(seconds) ?? Timeout.InfiniteTimeSpan : null;
    }
}
