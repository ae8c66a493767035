using System.Net;
using System.Net.Http.Headers;
using BearerTools.Diagnostics;
using BearerTools.Grants.Login;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Authorities' metadata, found by their issuer's name (RFC 8414 section 3, OpenID Connect Discovery section 4), kept as
/// <see cref="CachedDocuments{T}"/> keeps documents.
/// </summary>
internal sealed class Discovery(OAuthBackchannel backchannel)
{
    public const string AuthorityName = "The authority";

    private const string Who = "The authority's metadata";

    private readonly CachedDocuments<AuthorityMetadata> _documents = new(backchannel.Time);

    /// <summary>The keys that authorities sign with.</summary>
    public AuthorityKeys Keys { get; } = new(backchannel);

    /// <summary>The metadata that is cached.</summary>
    public IReadOnlyList<AuthorityMetadata> Known => _documents.Known;

    /// <param name="authority">The issuer, exactly as the authority writes it.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends this caller's wait; the request ends when no caller waits any more.</param>
    /// <exception cref="BearerTokenException">There is no metadata, or it is not this authority's.</exception>
    public async Task<AuthorityMetadata> GetAsync(string authority, IEventSink events, CancellationToken cancel) =>
        (await _documents.GetAsync(authority, stop => ReadAsync(authority, events, stop), cancel).ConfigureAwait(false)).Value;

    /// <summary>Forgets the metadata and the keys of all authorities.</summary>
    public void Clear()
    {
        _documents.Clear();
        Keys.Clear();
    }

    private async Task<(AuthorityMetadata Value, HttpResponseHeaders Headers)> ReadAsync(string authority, IEventSink events, CancellationToken cancel)
    {
        var issuer = WellKnownAddress.ReadIssuer(authority);
        BearerTokenException? unusable = null;
        foreach (var address in WellKnownAddress.Candidates(issuer))
        {
            try
            {
                var response = await backchannel.GetAsync(Who, address, cancel).ConfigureAwait(false);
                if (response.IsSuccess)
                {
                    var metadata = new MetadataReader(address).Read(response.ReadJson());
                    CheckIssuer(authority, metadata.Issuer, address);
                    if (events.IsEnabled(EventLevel.Verbose)) events.Write(new MetadataRead(authority, address));
                    return (metadata, response.Headers);
                }

                if (!IsAbsent(response.Status)) throw Failed(response);
            }
            catch (BearerTokenException e) when (e.ErrorId is "ResponseNotJson" or "UnexpectedRedirect")
            {
                // A web application in front of the authority answers anything with its own page: the other form may still be there.
                unusable ??= e;
            }
        }

        throw unusable ?? NotFound(authority, issuer);
    }

    /// <summary>Whether an address holds nothing; servers say so in more ways than 404.</summary>
    private static bool IsAbsent(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 && status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);

    /// <summary>Ordinal: an authority that answers for another's name could hand out the other's users (RFC 8414 section 3.3).</summary>
    private static void CheckIssuer(string authority, string issuer, Uri source)
    {
        if (string.Equals(authority, issuer, StringComparison.Ordinal)) return;
        var exact = ServerText.Clean(issuer);
        var slash = string.Equals(authority.TrimEnd('/'), issuer.TrimEnd('/'), StringComparison.Ordinal)
            ? " They differ only in the slash at the end."
            : string.Empty;
        throw new BearerTokenException(
            $"The metadata {OAuthBackchannel.Show(source)} is of the issuer '{exact}', not of '{ServerText.Clean(authority)}'.{slash}")
        {
            ErrorId = "IssuerMismatch",
            Kind = BearerErrorKind.Security,
            NextStep = $"If that is the authority you mean, give exactly this: -Authority '{exact}'",
        };
    }

    private static BearerTokenException Failed(BackchannelResponse response) =>
        new($"{response.Sender} could not be read: the server answered {(int)response.Status}.")
        {
            ErrorId = "DiscoveryFailed",
            Kind = BearerErrorKind.Server,
            StatusCode = response.Status,
            NextStep = "Try again later, or give the token endpoint's address instead.",
        };

    private static BearerTokenException NotFound(string authority, Uri issuer) =>
        new($"The authority {ServerText.Clean(authority)} has no metadata: nothing is at {string.Join(" or ", WellKnownAddress.Candidates(issuer).Select(OAuthBackchannel.Show))}.")
        {
            ErrorId = "DiscoveryNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = "Check the authority (many have a path, such as a realm or tenant), or give the token endpoint's address instead.",
        };
}
