using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>Removes a token from the cache, and then revokes it at its authority (RFC 7009).</summary>
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

    /// <summary>
    /// Finds out whether the command line is sufficient, before anything is removed: after an error, the same command with one more
    /// parameter must find the token. A server that does not respond is no reason to keep it.
    /// </summary>
    /// <exception cref="BearerTokenException">The address of the revocation endpoint is not known, or must not be used.</exception>
    public static async Task CheckAsync(TokenEntry entry, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        if (entry.Source.Authority is not { } authority) return;
        try
        {
            await authority.FindRevocationAsync(endpoint, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.Kind is not (BearerErrorKind.InvalidArgument or BearerErrorKind.Security))
        {
            // The revocation meets the same error after the token was removed.
        }
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
        if ((_given ?? _result?.Token) is null && events.IsEnabled(EventLevel.Warning))
            events.Write(new NothingToRevoke(_entry.Source.Metadata.Authority, _entry.Source is StoredSource));
        return null;
    }
}
