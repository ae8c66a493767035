using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Removes a token from the cache and from its store and, with -Revoke, revokes it at its authority.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerToken", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerTokenCommand : CachedTokenCommand
{
    /// <summary>
    /// Revokes the token and its refresh token at the authority (RFC 7009). They are removed from the cache even if that fails, unless the
    /// address of the revocation endpoint is missing; an error then says that they may still be valid.
    /// </summary>
    [Parameter]
    public SwitchParameter Revoke { get; set; }

    /// <summary>Revocation endpoint, for authorities whose metadata does not contain it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? RevocationEndpoint { get; set; }

    private protected override void Process()
    {
        // A removed token can still be revoked, such as when the first attempt failed.
        if (Cached(includeForgotten: Revoke) is not { Tokens: var entry }) return;
        var name = $"token {(Token ?? entry.Current)?.Fingerprint ?? "(not requested yet)"} of "
            + $"{entry.Source.Metadata.Authority ?? "an unknown issuer"}";
        if (!ShouldProcess(name, Revoke ? "Revoke and remove" : "Remove")) return;
        if (!Revoke)
        {
            BearerSession.Services.Cache.Remove(entry);
            if (entry.Source is StoredSource stored)
                Feed(new TokenJob((output, cancel) => DeleteAsync(stored, output, cancel), Token));
            return;
        }

        var (token, endpoint) = (Token, RevocationEndpoint);
        Feed(new TokenJob((output, cancel) => RevokeAsync(entry, token, endpoint, output, cancel), Token));
    }

    private static async Task<object?> RevokeAsync(
        TokenEntry entry, AccessToken? token, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        await TokenRevocation.CheckAsync(entry, endpoint, events, cancel).ConfigureAwait(false);
        return await new TokenRevocation(entry, token, endpoint).RunAsync(events, cancel).ConfigureAwait(false);
    }

    private static async Task<object?> DeleteAsync(StoredSource stored, IEventSink events, CancellationToken cancel)
    {
        await stored.DeleteAsync(events, cancel).ConfigureAwait(false);
        return null;
    }
}
