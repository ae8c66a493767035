using System.Management.Automation;
using BearerTools.Http;
using BearerTools.Http.Waiting;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <content>Work that goes on at the server after its answer.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Waits for work that goes on at the server (202, or Azure's headers), and gives its result.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long at most, in seconds from the first answer; an hour by default, and 0 for as long as it takes.</summary>
    [Parameter]
    [ValidateRange(0, MaxSeconds)]
    public int WaitTimeoutSeconds { get; set; } = 3600;

    private IRequestHandler Waiting(IRequestHandler sender)
    {
        if (Wait) return new PollingHandler(sender, Limit(WaitTimeoutSeconds) ?? Timeout.InfiniteTimeSpan, BearerSession.Time);
        return IsTyped(nameof(WaitTimeoutSeconds)) ? throw Conflict("-WaitTimeoutSeconds is how long -Wait waits, which is not given.", "Give both.") : sender;
    }
}
