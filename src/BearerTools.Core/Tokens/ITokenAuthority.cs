using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <summary>The authority that issued a source's tokens, if it can revoke and introspect them.</summary>
internal interface ITokenAuthority
{
    /// <summary>Reads the authority's metadata, to test it.</summary>
    /// <returns>Its token endpoint; <see langword="null"/> if the source needs no metadata.</returns>
    /// <exception cref="BearerTokenException">There is no metadata, or it is not valid.</exception>
    Task<Uri?> DiscoverAsync(IEventSink events, CancellationToken cancel) => Task.FromResult<Uri?>(null);

    /// <summary>Finds out where tokens are revoked, before anything is revoked or removed.</summary>
    /// <param name="endpoint">Revocation endpoint, or <see langword="null"/> to take it from the authority's metadata.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerTokenException">The address is not known or not valid, or the metadata cannot be read.</exception>
    Task FindRevocationAsync(Uri? endpoint, IEventSink events, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Revokes the tokens of a result, the refresh token first.</summary>
    /// <param name="held">The tokens to revoke.</param>
    /// <param name="endpoint">Revocation endpoint, or <see langword="null"/> to take it from the authority's metadata.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerTokenException">A token could not be revoked.</exception>
    Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel);

    /// <summary>Asks the authority about the state of a token.</summary>
    /// <param name="token">Any token, also one issued to another client.</param>
    /// <param name="endpoint">Introspection endpoint, or <see langword="null"/> to take it from the authority's metadata.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerTokenException">The authority does not respond, or does not allow this client to introspect.</exception>
    Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel);
}
