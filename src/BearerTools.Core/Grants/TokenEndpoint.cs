using System.Collections.Frozen;
using BearerTools.Diagnostics;
using BearerTools.Tokens;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Sends token requests (RFC 6749 section 3.2): takes a grant's parameters and returns tokens or an error. It repeats
/// a request if the endpoint first requires a nonce in the DPoP proof (RFC 9449 section 8), and after transient faults.
/// </summary>
internal sealed class TokenEndpoint(
    OAuthBackchannel backchannel,
    Uri address,
    string? issuer,
    ClientAuthentication client,
    DPoPKey? proofKey = null,
    bool takesAnyType = false)
{
    public const string DisplayName = "The token endpoint";

    /// <summary>
    /// Parameters of requests that are not repeated, see <see cref="Repetition.IfUnsent"/>: also one-time codes of providers' own grants.
    /// </summary>
    private static readonly FrozenSet<string> s_usedUp = new[]
    {
        OAuthConstants.Authorization.Code, Parameter.RefreshToken, Parameter.Password,
        "passcode", "otp", "totp", "pin",
    }.ToFrozenSet(StringComparer.Ordinal);

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
        var repetition = parameters.Any(parameter => parameter.Key == Parameter.DeviceCode) ? Repetition.Polled
            : parameters.Any(parameter => s_usedUp.Contains(parameter.Key)) ? Repetition.IfUnsent
            : Repetition.Always;
        for (var retries = 0; ; retries++)
        {
            DateTimeOffset sent = default;
            string? nonce = null;
            var response = await backchannel.SendAsync(DisplayName, Message, repetition, events, cancel).ConfigureAwait(false);
            var given = proofKey?.AuthorityNonces.Take(address, response.Headers);
            if (OAuthErrors.Read(response, client.ClientId) is not { } refused)
                return TokenResponse.Read(response, sent, proofKey, takesAnyType, events);
            if (refused.Error != OAuthConstants.Error.UseDPoPNonce || given is null || given == nonce || retries == DPoPKey.MaxNonceRetries)
                throw refused;
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new AuthorityNonceRequired());

            HttpRequestMessage Message()
            {
                // Taken before sending: the server starts the token's lifetime later, so our expiry time can only be too early.
                sent = backchannel.Time.GetUtcNow();
                nonce = proofKey?.AuthorityNonces.Of(address);
                return MessageOf(parameters, nonce);
            }
        }
    }

    private HttpRequestMessage MessageOf(IEnumerable<KeyValuePair<string, string>> grant, string? nonce)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(grant);
        client.Apply(request);
        var message = request.ToMessage();
        if (proofKey is not null)
            message.Headers.TryAddWithoutValidation(DPoPKey.Header, proofKey.Prove(HttpMethod.Post.Method, address, nonce));
        return message;
    }
}
