using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Gets what is connected here: in this session or, when a module's function calls, in that module. It gives no object if nothing is.</summary>
[Cmdlet(VerbsCommon.Get, "BearerConnection")]
[OutputType(typeof(BearerConnection))]
public sealed class GetBearerConnectionCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (CallerConnection.Get(this) is not { } connection) return;
        FormatData.EnsureLoaded(this);
        WriteObject(new BearerConnection(connection));
    }
}
