using System.Management.Automation;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes all entries of the trace of this process.</summary>
[Cmdlet(VerbsCommon.Clear, "BearerTrace", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearBearerTraceCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ShouldProcess("the trace of this process", "Clear")) BearerSession.Services.Trace.Clear();
    }
}
