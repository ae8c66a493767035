namespace BearerTools.Grants;

/// <summary>The one sender of token requests (RFC 6749 section 3.2): a grant's parameters in, tokens or an error out. It never sends twice.</summary>
internal sealed class TokenEndpoint(OAuthBackchannel backchannel, Uri address, string? issuer, ClientAuthentication client)
{
    public const string Who = "The token endpoint";

    public Uri Address => address;

    /// <summary>The authority's identifier, where it is known.</summary>
    public string? Issuer => issuer;

    /// <summary>What the process knows of refresh tokens that were replaced.</summary>
    public RefreshTokenLines RefreshTokens => backchannel.RefreshTokens;

    /// <param name="grant">The grant's own parameters, <c>grant_type</c> first.</param>
    /// <param name="say">Takes lines for <c>-Verbose</c>.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">The endpoint refused, or its answer cannot be used.</exception>
    public async Task<TokenResponse> RequestAsync(
        IEnumerable<KeyValuePair<string, string>> grant, Action<string>? say, CancellationToken cancel)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(grant);
        client.Apply(request);
        say?.Invoke($"Asking {OAuthBackchannel.Show(address)} for a token for the client {client.ClientId}.");

        // The server counts the token's life from some moment after this one, so ours can only end too early.
        var sent = backchannel.Time.GetUtcNow();
        using var message = request.ToMessage();
        var answer = await backchannel.SendAsync(Who, message, cancel);
        if (OAuthErrors.Read(answer, client.ClientId) is { } refused) throw refused;
        return TokenResponse.Read(answer, sent, say);
    }
}
