using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Gets the current connection of this session or, when a module's function calls, of that module. Returns nothing if there is none.
/// </summary>
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
