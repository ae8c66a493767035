using System.Management.Automation;
using BearerTools.Http.Pacing;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <content>How fast an API is sent to.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private CommandPace? _pace;

    /// <summary>How many requests go to one origin in how much time at most, such as 50/s or 600/m.</summary>
    [Parameter]
    public RateLimit? RateLimit { get; set; }

    /// <summary>How many requests to one origin are under way at once at most, from all commands of this process.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int OriginThrottleLimit { get; set; }

    /// <summary>No more at once than the API bears: fewer when it refuses or slows down, more again when it does not.</summary>
    [Parameter]
    public SwitchParameter AdaptiveThrottle { get; set; }

    private CommandPace CreatePaceOptions() => new(
        BearerSession.Paces,
        new PaceOptions { Rate = RateLimit, MaxConcurrent = OriginThrottleLimit == 0 ? null : OriginThrottleLimit, IsAdaptive = AdaptiveThrottle });
}
