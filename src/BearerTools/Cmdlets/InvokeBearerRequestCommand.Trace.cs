using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <content>What the trace contains.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Keeps heads and bodies in the trace, without secrets, and prints bodies with -Debug.</summary>
    [Parameter]
    public SwitchParameter TraceBody { get; set; }

    /// <summary>Names in queries whose values the trace shows, besides those that are known to be harmless.</summary>
    [Parameter]
    public string[]? TraceQuery { get; set; }
}
