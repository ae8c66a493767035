using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>Removes a token from the cache immediately, and then revokes it at its authority (RFC 7009).</summary>
internal sealed class TokenRevocation
{
    private readonly TokenEntry _entry;
    private readonly TokenResult? _result;
    private readonly AccessToken? _given;
    private readonly Uri? _endpoint;

    /// <param name="entry">The cache entry. It is removed by this constructor.</param>
    /// <param name="given">The token that the user gave, which may be older than the entry's.</param>
    /// <param name="endpoint">Revocation endpoint, or <see langword="null"/> to take it from the authority's metadata.</param>
    public TokenRevocation(TokenEntry entry, AccessToken? given, Uri? endpoint)
    {
        (_entry, _given, _endpoint) = (entry, given, endpoint);
        _result = entry.BeginRevocation(endpoint);
        BearerSession.Services.Cache.Remove(entry);
    }

    /// <exception cref="BearerTokenException">The tokens, or some of them, could not be revoked.</exception>
    public async Task<object?> RunAsync(IEventSink events, CancellationToken cancel)
    {
        var authority = _entry.Source.Authority ?? throw new BearerTokenException(
            $"Tokens of the flow {_entry.Source.Metadata.Flow} cannot be revoked: it has no OAuth authority. The token was only removed "
                + "from the cache.")
        {
            ErrorId = "RevocationNotPossible",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Revoke it at its issuer, or let it expire.",
        };
        if (_result is not null)
        {
            await authority.RevokeAsync(_result, _endpoint, events, cancel).ConfigureAwait(false);
            _entry.Revoked();
        }

        if (_given is not null && _given.Fingerprint != _result?.Token.Fingerprint)
            await authority.RevokeAsync(new TokenResult(_given), _endpoint, events, cancel).ConfigureAwait(false);
        return null;
    }
}
