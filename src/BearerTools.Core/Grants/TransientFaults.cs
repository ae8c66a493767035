using System.Net;
using System.Net.Sockets;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Decides which faults of a request to an authority are transient, and how long to wait before the next attempt.</summary>
/// <param name="random">Returns numbers from 0 to 1, for jitter.</param>
/// <param name="maxRetries">Maximum number of retries of a request.</param>
internal sealed class TransientFaults(Func<double> random, int maxRetries = 2)
{
    /// <summary>Longest Retry-After that is waited for. A longer one is an error, so that a command does not seem to hang.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(0.5);

    /// <summary>No retries.</summary>
    public static TransientFaults NotRetried { get; } = new(() => 0, 0);

    /// <summary>The time to wait after a response, or <see langword="null"/> if the request is not repeated.</summary>
    public TimeSpan? WaitAfter(BackchannelResponse response, Repetition repetition, int retries)
    {
        // Not processed (RFC 6585 section 4), so that nothing was used up.
        var isThrottled = response.Status == HttpStatusCode.TooManyRequests;
        if (retries >= maxRetries || (!isThrottled && (repetition != Repetition.Always || !TransientStatus.Includes(response.Status))))
            return null;
        // Read only now, because most responses are tokens.
        if (OAuthErrors.IsDecision(response, repetition)) return null;
        return response.RetryAfter is { } asked && asked > TimeSpan.Zero ? Bounded(asked) : BackOff(retries);
    }

    /// <summary>The time to wait after a failed connection, or <see langword="null"/> if the request is not repeated.</summary>
    public TimeSpan? WaitAfter(BearerTokenException failure, Repetition repetition, int retries)
    {
        if (retries >= maxRetries || failure.InnerException is not HttpRequestException cause) return null;
        return WasNotSent(failure, cause) || (repetition == Repetition.Always && IsBroken(cause)) ? BackOff(retries) : null;
    }

    /// <summary>True if there was no connection. A host name that does not exist is no transient fault.</summary>
    private static bool WasNotSent(BearerTokenException failure, HttpRequestException cause) => cause.HttpRequestError switch
    {
        HttpRequestError.ConnectionError => true,
        HttpRequestError.NameResolutionError => cause.GetBaseException() is SocketException { SocketErrorCode: SocketError.TryAgain },
        // A proxy that gave no status has closed the connection.
        HttpRequestError.ProxyTunnelError => failure.Kind == BearerErrorKind.Connection
            && ProxyStatus.Of(cause) is null or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    private static bool IsBroken(HttpRequestException cause) =>
        cause.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown
        && cause.GetBaseException() is IOException or SocketException;

    private TimeSpan BackOff(int retries) => s_firstWait * Math.Pow(2, retries) * (0.5 + (random() / 2));

    private static TimeSpan? Bounded(TimeSpan asked) => asked <= s_longestWait ? asked : null;
}
