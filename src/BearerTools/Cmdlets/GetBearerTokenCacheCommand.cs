using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Lists the cached tokens of this process, without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "BearerTokenCache")]
[OutputType(typeof(BearerTokenCacheEntry))]
public sealed class GetBearerTokenCacheCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FormatData.EnsureLoaded(this);
        var current = CallerConnection.Get(this)?.Tokens;
        foreach (var entry in BearerSession.Services.Cache.Snapshot())
            WriteObject(new BearerTokenCacheEntry(entry, ReferenceEquals(entry, current)));
    }
}
