using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <summary>Who issued a source's tokens, where it can still be told of them afterwards.</summary>
internal interface ITokenAuthority
{
    /// <summary>Has it end the tokens of an answer, the refresh token first.</summary>
    /// <param name="held">What is to end.</param>
    /// <param name="endpoint">Where to say so; nothing when the authority's metadata tells.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">Something of it lives on.</exception>
    Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel);

    /// <summary>Asks it what a token is good for now.</summary>
    /// <param name="token">Any token; also one that another client got.</param>
    /// <param name="endpoint">Where to ask; nothing when the authority's metadata tells.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">It does not answer, or not to this client.</exception>
    Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel);
}
