using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Sends token requests (RFC 6749 section 3.2): takes a grant's parameters and returns tokens or an error. It sends a
/// request once, and repeats it only if the endpoint first requires a nonce in the DPoP proof (RFC 9449 section 8).
/// </summary>
internal sealed class TokenEndpoint(
    OAuthBackchannel backchannel, Uri address, string? issuer, ClientAuthentication client, DPoPKey? proofKey = null)
{
    public const string DisplayName = "The token endpoint";

    public Uri Address => address;

    /// <summary>The authority's issuer identifier, or <see langword="null"/> if it is not known.</summary>
    public string? Issuer => issuer;

    /// <summary>This client's refresh-token families at this endpoint.</summary>
    public RefreshTokenFamilies.ClientFamilies RefreshTokens => backchannel.RefreshTokens.Of(address, client.ClientId);

    /// <param name="grant">The grant's parameters, <c>grant_type</c> first.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerTokenException">The endpoint returned an error, or the response is not usable.</exception>
    public async Task<TokenResponse> RequestAsync(
        IEnumerable<KeyValuePair<string, string>> grant, IEventSink events, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new TokenRequested(address, client.ClientId));
        KeyValuePair<string, string>[] parameters = [.. grant];
        for (var retries = 0; ; retries++)
        {
            // Taken before sending: the server starts the token's lifetime later, so our expiry time can only be too early.
            var sent = backchannel.Time.GetUtcNow();
            var nonce = proofKey?.AuthorityNonces.Of(address);
            var response = await SendAsync(parameters, nonce, cancel).ConfigureAwait(false);
            var given = proofKey?.AuthorityNonces.Take(address, response.Headers);
            if (OAuthErrors.Read(response, client.ClientId) is not { } refused) return TokenResponse.Read(response, sent, proofKey, events);
            if (refused.Error != OAuthConstants.Error.UseDPoPNonce || given is null || given == nonce || retries == DPoPKey.MaxNonceRetries)
                throw refused;
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new AuthorityNonceRequired());
        }
    }

    private async Task<BackchannelResponse> SendAsync(
        IEnumerable<KeyValuePair<string, string>> grant, string? nonce, CancellationToken cancel)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(grant);
        client.Apply(request);
        using var message = request.ToMessage();
        if (proofKey is not null)
            message.Headers.TryAddWithoutValidation(DPoPKey.Header, proofKey.Prove(HttpMethod.Post.Method, address, nonce));
        return await backchannel.SendAsync(DisplayName, message, cancel).ConfigureAwait(false);
    }
}
