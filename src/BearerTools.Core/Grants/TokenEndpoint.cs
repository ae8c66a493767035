using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// The one sender of token requests (RFC 6749 section 3.2): a grant's parameters in, tokens or an error out. It sends once, and again only
/// when the endpoint wants a nonce in the proof of the key before it looks at anything else (RFC 9449 section 8).
/// </summary>
internal sealed class TokenEndpoint(OAuthBackchannel backchannel, Uri address, string? issuer, ClientAuthentication client, DPoPKey? proofKey = null)
{
    public const string Who = "The token endpoint";

    public Uri Address => address;

    /// <summary>The authority's identifier, where it is known.</summary>
    public string? Issuer => issuer;

    /// <summary>Which of this client's refresh tokens were replaced at this endpoint.</summary>
    public RefreshTokenFamilies.ClientFamilies RefreshTokens => backchannel.RefreshTokens.Of(address, client.ClientId);

    /// <param name="grant">The grant's own parameters, <c>grant_type</c> first.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">The endpoint refused, or its answer cannot be used.</exception>
    public async Task<TokenResponse> RequestAsync(
        IEnumerable<KeyValuePair<string, string>> grant, IEventSink events, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new TokenRequested(address, client.ClientId));
        KeyValuePair<string, string>[] parameters = [.. grant];
        for (var retries = 0; ; retries++)
        {
            // The server counts the token's life from some moment after this one, so ours can only end too early.
            var sent = backchannel.Time.GetUtcNow();
            var nonce = proofKey?.AuthorityNonces.Of(address);
            var response = await SendAsync(parameters, nonce, cancel).ConfigureAwait(false);
            var given = proofKey?.AuthorityNonces.Take(address, response.Headers);
            if (OAuthErrors.Read(response, client.ClientId) is not { } refused) return TokenResponse.Read(response, sent, proofKey, events);
            if (refused.Error != OAuthConstants.Error.UseDPoPNonce || given is null || given == nonce || retries == DPoPKey.MaxNonceRetries) throw refused;
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new AuthorityNonceRequired());
        }
    }

    private async Task<BackchannelResponse> SendAsync(IEnumerable<KeyValuePair<string, string>> grant, string? nonce, CancellationToken cancel)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(grant);
        client.Apply(request);
        using var message = request.ToMessage();
        if (proofKey is not null) message.Headers.TryAddWithoutValidation(DPoPKey.Header, proofKey.Prove(HttpMethod.Post.Method, address, nonce));
        return await backchannel.SendAsync(Who, message, cancel).ConfigureAwait(false);
    }
}
