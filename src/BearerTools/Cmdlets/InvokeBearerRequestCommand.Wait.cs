using System.Management.Automation;
using BearerTools.Pipeline;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>Long-running operations.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Polls a long-running operation (202 Accepted, or Azure's headers) until it finishes, and returns its result.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Maximum time to wait, in seconds from the first response (default 3600); 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, RequestLimits.MaxSeconds)]
    public int WaitTimeoutSeconds { get; set; } = 3600;

    /// <exception cref="BearerRequestException">-WaitTimeoutSeconds is given without -Wait.</exception>
    private TimeSpan? CreatePollingLimit()
    {
        if (Wait) return RequestLimits.Of(WaitTimeoutSeconds) ?? Timeout.InfiniteTimeSpan;
        return IsTyped(nameof(WaitTimeoutSeconds))
            ? throw Conflict("-WaitTimeoutSeconds needs -Wait.", "Use -Wait too, or omit -WaitTimeoutSeconds.")
            : null;
    }
}
