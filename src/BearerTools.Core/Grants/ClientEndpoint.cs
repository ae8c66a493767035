using BearerTools.Diagnostics;

namespace BearerTools.Grants;

/// <summary>
/// An endpoint other than the token endpoint at which a client authenticates, such as device authorization (RFC 8628) or
/// pushed requests (RFC 9126). It never repeats a request.
/// </summary>
internal sealed class ClientEndpoint(OAuthBackchannel backchannel, string name, Uri address, string? issuer, ClientAuthentication client)
{
    /// <param name="parameters">The request's parameters, besides those of the client authentication.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="isNamed">True to send <c>client_id</c> as a parameter even if a header contains it already.</param>
    /// <exception cref="BearerTokenException">The endpoint returned an error, or there was no usable response.</exception>
    public async Task<BackchannelResponse> PostAsync(
        IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events, CancellationToken cancel, bool isNamed = false)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(parameters);
        client.Apply(request);
        if (isNamed && request.Form.TrueForAll(parameter => parameter.Key != OAuthConstants.Parameter.ClientId))
            request.Add(OAuthConstants.Parameter.ClientId, client.ClientId);
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new ClientRequestSent(address, client.ClientId));
        using var message = request.ToMessage();
        var response = await backchannel.SendAsync(name, message, cancel).ConfigureAwait(false);
        return OAuthErrors.Read(response, client.ClientId) is { } refused ? throw refused : response;
    }
}
