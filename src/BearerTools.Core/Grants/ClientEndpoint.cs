using BearerTools.Diagnostics;

namespace BearerTools.Grants;

/// <summary>
/// An endpoint beside the token endpoint that a client authenticates at, such as that of device authorization (RFC 8628)
/// or of pushed requests (RFC 9126). It never sends twice.
/// </summary>
internal sealed class ClientEndpoint(OAuthBackchannel backchannel, string who, Uri address, string? issuer, ClientAuthentication client)
{
    /// <param name="parameters">What is sent, beside what the client's authentication adds.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <param name="isNamed">Whether the client's name is among the parameters also where a header names it already.</param>
    /// <exception cref="BearerTokenException">The endpoint refused.</exception>
    public async Task<BackchannelResponse> PostAsync(
        IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events, CancellationToken cancel, bool isNamed = false)
    {
        var request = new OAuthRequest(address, issuer);
        request.Form.AddRange(parameters);
        client.Apply(request);
        if (isNamed && request.Form.TrueForAll(parameter => parameter.Key != OAuthConstants.Parameter.ClientId)) request.Add(OAuthConstants.Parameter.ClientId, client.ClientId);
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new ClientRequestSent(address, client.ClientId));
        using var message = request.ToMessage();
        var response = await backchannel.SendAsync(who, message, cancel).ConfigureAwait(false);
        return OAuthErrors.Read(response, client.ClientId) is { } refused ? throw refused : response;
    }
}
