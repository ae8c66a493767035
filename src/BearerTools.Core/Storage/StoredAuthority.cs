using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>
/// Revokes what is stored, which another process may have renewed since this one read it, and deletes it from the store.
/// </summary>
internal sealed class StoredAuthority(ITokenAuthority authority, ITokenStore store, string identity) : ITokenAuthority
{
    public Task<Uri?> DiscoverAsync(IEventSink events, CancellationToken cancel) => authority.DiscoverAsync(events, cancel);

    public Task FindRevocationAsync(Uri? endpoint, IEventSink events, CancellationToken cancel) =>
        authority.FindRevocationAsync(endpoint, events, cancel);

    public async Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        var slot = await store.LockToDeleteAsync(identity, events, cancel).ConfigureAwait(false);
        await using (slot.ConfigureAwait(false))
        {
            var stored = await slot.ReadAsync(cancel).ConfigureAwait(false);
            var isStored = stored?.AccessToken.Reveal() == held.Token.Value.Reveal();
            // A token without a refresh token that is not stored is one that the user gave: the stored login is not meant.
            if (stored is null || (!isStored && !held.CanBeRenewed))
            {
                await authority.RevokeAsync(held, endpoint, events, cancel).ConfigureAwait(false);
                return;
            }

            await authority.RevokeAsync(stored.ToResult(), endpoint, events, cancel).ConfigureAwait(false);
            await slot.DeleteAsync().ConfigureAwait(false);
            if (!isStored)
                await authority.RevokeAsync(new TokenResult(held.Token), endpoint, events, cancel).ConfigureAwait(false);
        }
    }

    public Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel) =>
        authority.IntrospectAsync(token, endpoint, events, cancel);
}
