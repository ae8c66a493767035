using System.Net.Http.Headers;

namespace BearerTools.Grants.Login;

/// <summary>The public keys of authorities (RFC 7517), by issuer and address, kept as <see cref="CachedDocuments{T}"/> keeps them.</summary>
internal sealed class AuthorityKeys(OAuthBackchannel backchannel)
{
    private const string Who = "The authority's keys";

    private readonly CachedDocuments<PublicKeys> _documents = new(backchannel.Time);

    /// <summary>
    /// The keys of an authority. If they do not fit, because the authority has others by now, they are loaded again once, at most
    /// every minute.
    /// </summary>
    /// <param name="metadata">The authority.</param>
    /// <param name="fit">Whether the keys are those that are needed.</param>
    /// <param name="cancel">Ends this caller's wait.</param>
    /// <exception cref="BearerTokenException">There are none, or they cannot be read.</exception>
    public async Task<PublicKeys> GetAsync(AuthorityMetadata metadata, Func<PublicKeys, bool> fit, CancellationToken cancel)
    {
        var address = metadata.JwksUri ?? throw Unusable(
            $"The metadata of {metadata.Issuer} names no keys (jwks_uri), so that its ID token cannot be checked.", "Its operator has to correct it.");
        var name = $"{metadata.Issuer}\n{address.AbsoluteUri}";
        var found = await _documents.GetAsync(name, LoadAsync, cancel).ConfigureAwait(false);
        if (!fit(found.Value)) found = await _documents.ReloadAsync(name, found, LoadAsync, cancel).ConfigureAwait(false);
        return found.Value;

        async Task<(PublicKeys Value, HttpResponseHeaders Headers)> LoadAsync(CancellationToken stop)
        {
            var response = await backchannel.GetAsync(Who, address, stop).ConfigureAwait(false);
            return response.IsSuccess
                ? (new PublicKeys(response.ReadJson()), response.Headers)
                : throw Unusable($"{response.Sender} answered {(int)response.Status}, so that its ID token cannot be checked.", "Try again later.");
        }
    }

    public void Clear() => _documents.Clear();

    private static BearerTokenException Unusable(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidIdToken", Kind = BearerErrorKind.Security, NextStep = nextStep };
}
