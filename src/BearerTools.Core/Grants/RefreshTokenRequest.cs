using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>Gets a new token with a refresh token (RFC 6749 section 6).</summary>
internal static class RefreshTokenRequest
{
    /// <param name="endpoint">The token endpoint that issued the refresh token.</param>
    /// <param name="refreshToken">The refresh token; if it has been replaced, its latest successor is sent instead.</param>
    /// <param name="scope">The original scope. Only its resources are sent: without scopes, the granted ones stay in effect.</param>
    /// <param name="metadata">Fills in what the response omits.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <returns>The token, with the new refresh token or, if there is none, the old one.</returns>
    /// <exception cref="BearerTokenException">The endpoint returned an error, or the response is not usable.</exception>
    public static Task<TokenResult> SendAsync(
        TokenEndpoint endpoint, Secret refreshToken, GrantScope scope, TokenMetadata metadata, IEventSink events,
        CancellationToken cancel) =>
        SendAsync(endpoint, refreshToken, new GrantScope { Resources = scope.Resources }.ToParameters(), metadata, events, cancel);

    /// <summary>Sends a refresh token with additional parameters.</summary>
    public static Task<TokenResult> SendAsync(
        TokenEndpoint endpoint, Secret refreshToken, IEnumerable<KeyValuePair<string, string>> more, TokenMetadata metadata,
        IEventSink events, CancellationToken cancel) =>
        endpoint.RefreshTokens.UseAsync(refreshToken, async current =>
        {
            var response = await endpoint.RequestAsync(
                [new(Parameter.GrantType, OAuthConstants.Grant.RefreshToken), new(Parameter.RefreshToken, current.Reveal()), .. more],
                events, cancel).ConfigureAwait(false);
            return new TokenResult(response.ToToken(metadata), response.RefreshToken ?? current);
        }, cancel);

    /// <summary>Tries the refresh token, for sources that can start over without a user.</summary>
    /// <returns>The token, or <see langword="null"/> if there is no refresh token or the authority rejects it.</returns>
    public static async Task<TokenResult?> TryAsync(
        TokenEndpoint endpoint, TokenResult? previous, GrantScope scope, TokenMetadata metadata, IEventSink events,
        CancellationToken cancel)
    {
        if (previous?.RefreshToken is not { } refreshToken) return null;
        try
        {
            return await SendAsync(
                endpoint, refreshToken, scope, metadata with { Scopes = previous.Token.Scopes }, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new RefreshTokenRefused(e.Details, metadata.Flow));
            return null;
        }
    }
}
