using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>What the authority does besides issuing tokens: metadata, revocation and introspection, for tokens of all grants.</summary>
internal sealed partial class OAuthClient : ITokenAuthority
{
    public async Task<Uri?> DiscoverAsync(IEventSink events, CancellationToken cancel)
    {
        if (_options.TokenEndpoint is not null) return null;
        // Without the client's authentication: its secret may be missing, which is another fault.
        var metadata = await _discovery.GetAsync(_options.Authority!, events, cancel, _options.Headers).ConfigureAwait(false);
        return metadata.TokenEndpoint ?? throw Missing("TokenEndpointMissing",
            $"The metadata of {Authority} has no token endpoint.", "Pass the token endpoint's address with -TokenEndpoint.");
    }

    public Task FindRevocationAsync(Uri? endpoint, IEventSink events, CancellationToken cancel) =>
        ConnectRevocationAsync(endpoint, events, cancel);

    public async Task RevokeAsync(TokenResult result, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        var connected = await ConnectRevocationAsync(endpoint, events, cancel).ConfigureAwait(false);
        await new Revocation(connected, events).RevokeAsync(result, cancel).ConfigureAwait(false);
    }

    public async Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        var connected = await ConnectEndpointAsync(Introspection.DisplayName, endpoint, known => known.IntrospectionEndpoint,
            "IntrospectionEndpointMissing", "-IntrospectionEndpoint", events, cancel).ConfigureAwait(false);
        return await new Introspection(connected, events).IntrospectAsync(token, cancel).ConfigureAwait(false);
    }

    private async Task<ClientEndpoint> ConnectRevocationAsync(Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        try
        {
            return await ConnectEndpointAsync(Revocation.DisplayName, endpoint, known => known.RevocationEndpoint,
                "RevocationEndpointMissing", "-RevocationEndpoint", events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            throw e.Within(e.ErrorId, $"The token was not revoked and is still valid: {e.Message}", e.NextStep);
        }
    }

    /// <param name="name">The server's name at the beginning of messages.</param>
    /// <param name="given">The endpoint's address given by the user, or <see langword="null"/>.</param>
    /// <param name="find">Gets the endpoint from the metadata otherwise.</param>
    /// <param name="missingId">The id of the error if the endpoint is not known.</param>
    /// <param name="parameter">The cmdlet parameter that sets the endpoint's address.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request.</param>
    private async Task<ClientEndpoint> ConnectEndpointAsync(
        string name, Uri? given, Func<AuthorityEndpoints, Uri?> find, string missingId, string parameter, IEventSink events,
        CancellationToken cancel)
    {
        if (given is not null) OAuthBackchannel.CheckAddress(name, given);
        var metadata = await MetadataAsync(events, cancel).ConfigureAwait(false);
        if (Authenticate(metadata).Presented is not null) metadata = metadata?.ForMutualTls();
        var address = given ?? (metadata is null ? null : find(metadata)) ?? throw Missing(missingId,
            $"{name} of {Authority} is not known: "
                + $"{(metadata is null ? "only its token endpoint was given, so no metadata was read" : "its metadata does not list it")}.",
            $"If the authority has one, pass its address with {parameter}.");
        return Connect(metadata, name, address);
    }
}
