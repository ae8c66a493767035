using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Forgets a token: the next request for it gets a new one. With -Revoke it ends at its authority too.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerToken", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerTokenCommand : CachedTokenCommand
{
    /// <summary>
    /// Has the authority end the token, and its refresh token (RFC 7009). It is forgotten here in any case; an error says when it lives on there.
    /// </summary>
    [Parameter]
    public SwitchParameter Revoke { get; set; }

    /// <summary>Where to revoke, for authorities whose metadata does not say so.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? RevocationEndpoint { get; set; }

    private protected override void Process()
    {
        // One that was forgotten before can still be revoked, also when that did not work the first time.
        if (Held(evenForgotten: Revoke) is not { } entry) return;
        var name = $"token {(Token ?? entry.Current)?.Fingerprint ?? "that is not here yet"} of {entry.Source.Metadata.Authority ?? "outside"}";
        if (!ShouldProcess(name, Revoke ? "Revoke and forget" : "Forget")) return;
        var held = Revoke ? entry.Surrender() : null;
        BearerSession.Forget(entry);
        if (Revoke) Feed(new TokenJob((output, cancel) => RevokeAsync(entry, held, Token, output, cancel), Token));
    }

    private async Task<object?> RevokeAsync(TokenEntry entry, TokenResult? held, AccessToken? given, IEventSink events, CancellationToken cancel)
    {
        var authority = entry.Source.Authority ?? throw new BearerTokenException(
            $"Tokens that were got by {entry.Source.Metadata.Flow} cannot be revoked: there is no OAuth authority that could be told. It is only forgotten.")
        {
            ErrorId = "RevocationNotPossible",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "End it where it was issued, or let it run out.",
        };
        if (held is not null)
        {
            await authority.RevokeAsync(held, RevocationEndpoint, events, cancel).ConfigureAwait(false);
            entry.Revoked();
        }

        if (given is not null && given.Fingerprint != held?.Token.Fingerprint)
            await authority.RevokeAsync(new TokenResult(given), RevocationEndpoint, events, cancel).ConfigureAwait(false);
        return null;
    }
}
