using System.Management.Automation;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>Work that goes on at the server after its answer.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Waits for work that goes on at the server (202, or Azure's headers), and gives its result.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long at most, in seconds from the first answer; an hour by default, and 0 for as long as it takes.</summary>
    [Parameter]
    [ValidateRange(0, RequestLimits.MaxSeconds)]
    public int WaitTimeoutSeconds { get; set; } = 3600;

    /// <exception cref="BearerRequestException">-WaitTimeoutSeconds is given without -Wait.</exception>
    private TimeSpan? CreatePollingLimit()
    {
        if (Wait) return RequestLimits.Of(WaitTimeoutSeconds) ?? Timeout.InfiniteTimeSpan;
        return IsTyped(nameof(WaitTimeoutSeconds)) ? throw Conflict("-WaitTimeoutSeconds needs -Wait.", "Give both, or neither.") : null;
    }
}
