using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>Takes a token out of the cache at once, and then has its authority end it (RFC 7009).</summary>
internal sealed class TokenRevocation
{
    private readonly TokenEntry _entry;
    private readonly TokenResult? _held;
    private readonly AccessToken? _given;
    private readonly Uri? _endpoint;

    /// <param name="entry">The entry; it is forgotten now.</param>
    /// <param name="given">The token that the user named, which may be older than the entry's.</param>
    /// <param name="endpoint">The revocation endpoint; <see langword="null"/> if the authority's metadata has it.</param>
    public TokenRevocation(TokenEntry entry, AccessToken? given, Uri? endpoint)
    {
        (_entry, _given, _endpoint) = (entry, given, endpoint);
        _held = entry.Surrender(endpoint);
        BearerSession.Cache.Remove(entry);
    }

    /// <exception cref="BearerTokenException">The tokens cannot be revoked, or a part of them lives on.</exception>
    public async Task<object?> RunAsync(IEventSink events, CancellationToken cancel)
    {
        var authority = _entry.Source.Authority ?? throw new BearerTokenException(
            $"Tokens that were got by {_entry.Source.Metadata.Flow} cannot be revoked: there is no OAuth authority to ask. It is only removed from the cache.")
        {
            ErrorId = "RevocationNotPossible",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Revoke it where it was issued, or let it expire.",
        };
        if (_held is not null)
        {
            await authority.RevokeAsync(_held, _endpoint, events, cancel).ConfigureAwait(false);
            _entry.Revoked();
        }

        if (_given is not null && _given.Fingerprint != _held?.Token.Fingerprint)
            await authority.RevokeAsync(new TokenResult(_given), _endpoint, events, cancel).ConfigureAwait(false);
        return null;
    }
}
