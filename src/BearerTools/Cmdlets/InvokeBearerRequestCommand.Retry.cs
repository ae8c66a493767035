using System.Management.Automation;
using BearerTools.Http.Retrying;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>What is tried again, and how long things may take.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private IdempotencyKeys _keys = null!;

    /// <summary>How many times a request is tried again that may work the next time; 2 by default.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRetryCount { get; set; } = RetryPolicy.DefaultMaxRetries;

    /// <summary>The time between two tries; by default a random one that grows.</summary>
    [Parameter]
    [ValidateRange(1, RequestLimits.MaxSeconds)]
    public int RetryIntervalSec { get; set; }

    /// <summary>Sent along, the same with every try, so that the API does once what comes several times.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? IdempotencyKey { get; set; }

    /// <summary>How long one input may take until its answer begins, all tries and waits together; 0, the default, for no bound.</summary>
    [Parameter]
    [ValidateRange(0, RequestLimits.MaxSeconds)]
    public int DeadlineSeconds { get; set; }
}
