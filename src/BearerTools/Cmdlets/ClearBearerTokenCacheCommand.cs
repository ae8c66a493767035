using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes all cached tokens of this process, in every runspace; with -Store, all tokens of a store as well.</summary>
[Cmdlet(VerbsCommon.Clear, "BearerTokenCache", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearBearerTokenCacheCommand : AsyncCmdlet
{
    /// <summary>
    /// Also deletes all tokens, refresh tokens and accounts in this store: every process has to sign in again. They are not revoked.
    /// </summary>
    [Parameter]
    [EnumTransformation<StoreKind>]
    public StoreKind Store { get; set; }

    private protected override bool EndsWith(Exception error) => true;

    private protected override void Process()
    {
        var cached = $"the token cache of this process (tokens: {BearerSession.Services.Cache.Snapshot().Count})";
        if (!ShouldProcess(Store == StoreKind.Memory ? cached : $"{cached}, and all tokens in the store {Store}", "Clear")) return;
        BearerSession.Services.Clear();
        BearerSession.Secrets.Clear();
        if (Store == StoreKind.Memory) return;
        Feed(new TokenJob(async (_, cancel) =>
        {
            await BearerSession.Services.Stores.ClearAsync(Store, cancel).ConfigureAwait(false);
            return null;
        }));
    }
}
