using System.Management.Automation;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes all cached tokens of this process, in every runspace.</summary>
[Cmdlet(VerbsCommon.Clear, "BearerTokenCache", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearBearerTokenCacheCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess($"the token cache of this process (tokens: {BearerSession.Services.Cache.Snapshot().Count})", "Clear")) return;
        BearerSession.Services.Clear();
        BearerSession.Secrets.Clear();
    }
}
