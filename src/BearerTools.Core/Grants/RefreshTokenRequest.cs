using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>A new token by the refresh token of the last answer (RFC 6749 section 6).</summary>
internal static class RefreshTokenRequest
{
    /// <param name="endpoint">The token endpoint that the refresh token came from.</param>
    /// <param name="refreshToken">It is sent once; if another of its line has replaced it, that one is sent.</param>
    /// <param name="scope">What was asked for at first. The scopes are not sent: left out, they stay those that were granted.</param>
    /// <param name="metadata">What the source knows, for what the answer leaves out.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <returns>The token, with the new refresh token or, when none came, the old one.</returns>
    /// <exception cref="BearerTokenException">The endpoint refused, or its answer cannot be used.</exception>
    public static Task<TokenResult> SendAsync(
        TokenEndpoint endpoint, Secret refreshToken, GrantScope scope, TokenMetadata metadata, IEventSink events, CancellationToken cancel) =>
        SendAsync(endpoint, refreshToken, new GrantScope { Resources = scope.Resources }.ToParameters(), metadata, events, cancel);

    /// <summary>The same with parameters of the caller's own beside the refresh token.</summary>
    public static Task<TokenResult> SendAsync(
        TokenEndpoint endpoint, Secret refreshToken, IEnumerable<KeyValuePair<string, string>> more, TokenMetadata metadata, IEventSink events, CancellationToken cancel) =>
        endpoint.RefreshTokens.UseAsync(refreshToken, async current =>
        {
            var response = await endpoint.RequestAsync(
                [new(Words.GrantType, OAuthConstants.Grant.RefreshToken), new(Words.RefreshToken, current.Reveal()), .. more], events, cancel).ConfigureAwait(false);
            return new TokenResult(response.ToToken(metadata), response.RefreshToken ?? current);
        }, cancel);

    /// <summary>For sources that can begin anew without a person.</summary>
    /// <returns>Nothing when there is no refresh token, or the authority takes it no more.</returns>
    public static async Task<TokenResult?> TryAsync(
        TokenEndpoint endpoint, TokenResult? previous, GrantScope scope, TokenMetadata metadata, IEventSink events, CancellationToken cancel)
    {
        if (previous?.RefreshToken is not { } refreshToken) return null;
        try
        {
            return await SendAsync(endpoint, refreshToken, scope, metadata with { Scopes = previous.Token.Scopes }, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new RefreshTokenRefused(e.Details, metadata.Flow));
            return null;
        }
    }
}
