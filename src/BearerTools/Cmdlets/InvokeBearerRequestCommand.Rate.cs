using System.Management.Automation;
using BearerTools.Binding;

namespace BearerTools.Cmdlets;

/// <content>Rate and concurrency limits per origin.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Maximum rate of requests to one origin, such as 50/s or 600/m, retries included.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public RateLimit? RateLimit { get; set; }

    /// <summary>
    /// Which requests share -RateLimit and the pauses of the API: those of this process (default), with Machine those of all your processes
    /// on this machine, or with Fleet those of all workers with the same Redis server. Machine is the default for connections with a store,
    /// Fleet for those with -Store Redis.
    /// </summary>
    [Parameter]
    [EnumTransformation<RateLimitScope>]
    public RateLimitScope RateLimitScope { get; set; }

    /// <summary>Maximum number of concurrent requests to one origin, over all commands of this process.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int OriginThrottleLimit { get; set; }

    /// <summary>Adapts the number of concurrent requests to what the API can handle.</summary>
    [Parameter]
    public SwitchParameter AdaptiveThrottle { get; set; }

    /// <summary>
    /// Maximum wait for a quota that the API reports as exhausted without refusing a request (default 60 s; 0 does not wait).
    /// </summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int MaximumQuotaWaitSec { get; set; }
}
