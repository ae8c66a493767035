using System.Net.Http.Headers;
using BearerTools.Diagnostics;

namespace BearerTools.Grants.Login;

/// <summary>
/// Gets the public keys of authorities (RFC 7517) by issuer and address, cached by <see cref="CachedDocuments{T}"/>.
/// </summary>
internal sealed class AuthorityKeys(OAuthBackchannel backchannel)
{
    private const string DisplayName = "The authority's keys";

    private readonly CachedDocuments<PublicKeys> _documents = new(backchannel.Time);

    /// <summary>
    /// Returns the keys of an authority. If they do not match, because the authority has rotated them, they are reloaded
    /// once, at most once a minute.
    /// </summary>
    /// <param name="metadata">The authority's metadata.</param>
    /// <param name="fit">Returns true if the keys are the required ones.</param>
    /// <param name="cancel">Cancels this caller's wait.</param>
    /// <exception cref="BearerTokenException">The authority has no keys, or they cannot be read.</exception>
    public async Task<PublicKeys> GetAsync(AuthorityMetadata metadata, Func<PublicKeys, bool> fit, CancellationToken cancel)
    {
        var address = metadata.JwksUri ?? throw Unusable(
            $"The metadata of {metadata.Issuer} names no keys (jwks_uri), so its ID token cannot be validated.",
            "Report this to the authority's operator.");
        var name = $"{metadata.Issuer}\n{address.AbsoluteUri}";
        var found = await _documents.GetAsync(name, LoadAsync, cancel).ConfigureAwait(false);
        if (!fit(found.Value)) found = await _documents.ReloadAsync(name, found, LoadAsync, cancel).ConfigureAwait(false);
        return found.Value;

        async Task<(PublicKeys Value, HttpResponseHeaders Headers)> LoadAsync(CancellationToken stop)
        {
            var response = await backchannel.GetAsync(DisplayName, address, EventSink.None, stop).ConfigureAwait(false);
            return response.IsSuccess
                ? (new PublicKeys(response.ReadJson()), response.Headers)
                : throw Unusable($"{response.Sender} responded with status {(int)response.Status}, so the ID token cannot be validated.",
                    "Try again later.");
        }
    }

    public void Clear() => _documents.Clear();

    private static BearerTokenException Unusable(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidIdToken", Kind = BearerErrorKind.Security, NextStep = nextStep };
}
