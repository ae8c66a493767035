using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>What a client can still do with a token afterwards, whatever grant it came by.</summary>
internal sealed partial class OAuthClient : ITokenAuthority
{
    public async Task RevokeAsync(TokenResult held, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        var reached = await ReachAsync(Revocation.Who, endpoint, known => known.RevocationEndpoint, "RevocationEndpoint", events, cancel).ConfigureAwait(false);
        await new Revocation(reached, events).RevokeAsync(held, cancel).ConfigureAwait(false);
    }

    public async Task<TokenContent> IntrospectAsync(AccessToken token, Uri? endpoint, IEventSink events, CancellationToken cancel)
    {
        var reached = await ReachAsync(Introspection.Who, endpoint, known => known.IntrospectionEndpoint, "IntrospectionEndpoint", events, cancel).ConfigureAwait(false);
        return await new Introspection(reached, events).AskAsync(token, cancel).ConfigureAwait(false);
    }

    /// <param name="who">The server's part, as the beginning of a sentence.</param>
    /// <param name="given">The endpoint's address, where it is given by hand.</param>
    /// <param name="find">Finds it in the metadata otherwise.</param>
    /// <param name="parameter">The name of the parameter that gives it by hand.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request.</param>
    private async Task<ClientEndpoint> ReachAsync(
        string who, Uri? given, Func<AuthorityEndpoints, Uri?> find, string parameter, IEventSink events, CancellationToken cancel)
    {
        if (given is not null) OAuthBackchannel.CheckAddress(who, given);
        var metadata = await MetadataAsync(events, cancel).ConfigureAwait(false);
        if (Authenticate(metadata).Presented is not null) metadata = metadata?.ForMutualTls();
        var address = given ?? (metadata is null ? null : find(metadata)) ?? throw Missing($"{parameter}Missing",
            $"{who} of {Authority} is not known: {(metadata is null ? "its token endpoint was given by hand, so no metadata was read" : "its metadata names none")}.",
            $"If the authority has one, give its address with -{parameter}.");
        return Connect(metadata, who, address);
    }
}
