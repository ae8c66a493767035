using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes a token from the cache. With -Revoke its authority ends it, too.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerToken", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerTokenCommand : CachedTokenCommand
{
    /// <summary>
    /// Has the authority end the token and its refresh token (RFC 7009). They are removed from the cache in any case; an error says if they live on.
    /// </summary>
    [Parameter]
    public SwitchParameter Revoke { get; set; }

    /// <summary>The revocation endpoint, for authorities whose metadata has none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? RevocationEndpoint { get; set; }

    private protected override void Process()
    {
        // A token that was removed before can still be revoked, also when that did not work the first time.
        if (Cached(includeForgotten: Revoke) is not { Tokens: var entry }) return;
        var name = $"token {(Token ?? entry.Current)?.Fingerprint ?? "that was not requested yet"} of {entry.Source.Metadata.Authority ?? "an unknown issuer"}";
        if (!ShouldProcess(name, Revoke ? "Revoke and remove" : "Remove")) return;
        if (!Revoke)
        {
            BearerSession.Cache.Remove(entry);
            return;
        }

        var revocation = new TokenRevocation(entry, Token, RevocationEndpoint);
        Feed(new TokenJob((output, cancel) => revocation.RunAsync(output, cancel), Token));
    }
}
