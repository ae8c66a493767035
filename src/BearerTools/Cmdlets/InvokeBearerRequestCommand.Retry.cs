using System.Management.Automation;
using BearerTools.Http.Retrying;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>Retries and the overall deadline.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private IdempotencyKeys _keys = null!;

    /// <summary>Maximum number of retries of a request after a transient fault (default 2).</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRetryCount { get; set; } = RetryPolicy.DefaultMaxRetries;

    /// <summary>Time between two attempts, in seconds (default: exponential back-off with jitter).</summary>
    [Parameter]
    [ValidateRange(1, RequestLimits.MaxSeconds)]
    public int RetryIntervalSec { get; set; }

    /// <summary>
    /// Key sent with every attempt of a request, so that the API performs it only once. A script block returns one for each input.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? IdempotencyKey { get; set; }

    /// <summary>
    /// Maximum time until the response to an input begins, in seconds, with all attempts and waits; 0 (default) for no limit.
    /// </summary>
    [Parameter]
    [ValidateRange(0, RequestLimits.MaxSeconds)]
    public int DeadlineSeconds { get; set; }
}
