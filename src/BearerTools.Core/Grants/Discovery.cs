using System.Net;
using System.Net.Http.Headers;
using BearerTools.Diagnostics;
using BearerTools.Grants.Login;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Gets authorities' metadata by issuer (RFC 8414 section 3, OpenID Connect Discovery section 4), cached by <see
/// cref="CachedDocuments{T}"/>.
/// </summary>
internal sealed class Discovery(OAuthBackchannel backchannel)
{
    public const string AuthorityName = "The authority";

    private const string DisplayName = "The authority's metadata";

    private readonly CachedDocuments<AuthorityMetadata> _documents = new(backchannel.Time);

    /// <summary>The signing keys of authorities.</summary>
    public AuthorityKeys Keys { get; } = new(backchannel);

    /// <summary>The cached metadata.</summary>
    public IReadOnlyList<AuthorityMetadata> Known => _documents.Known;

    /// <param name="authority">The issuer, exactly as the authority spells it.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="headers">Headers to add to the requests.</param>
    /// <param name="cancel">Cancels this caller's wait; the request is cancelled when no caller is left.</param>
    /// <exception cref="BearerTokenException">There is no metadata, or it belongs to another issuer.</exception>
    public async Task<AuthorityMetadata> GetAsync(
        string authority, IEventSink events, CancellationToken cancel, BackchannelHeaders? headers = null)
    {
        // With other headers, a gateway may lead to another document.
        var name = headers is null ? authority : $"{authority}\n{Fingerprint.Full(headers.Text)}";
        return (await _documents.GetAsync(name, stop => ReadAsync(authority, headers, events, stop), cancel).ConfigureAwait(false)).Value;
    }

    /// <summary>Removes the metadata and keys of all authorities.</summary>
    public void Clear()
    {
        _documents.Clear();
        Keys.Clear();
    }

    private async Task<(AuthorityMetadata Value, HttpResponseHeaders Headers)> ReadAsync(
        string authority, BackchannelHeaders? headers, IEventSink events, CancellationToken cancel)
    {
        var issuer = WellKnownAddress.ReadIssuer(authority);
        BearerTokenException? unusable = null;
        foreach (var address in WellKnownAddress.Candidates(issuer))
        {
            try
            {
                var response = await backchannel.With(headers).GetAsync(DisplayName, address, events, cancel).ConfigureAwait(false);
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
                // A web application in front of the authority may return its own page for any path; the other well-known
                // address may still work.
                unusable ??= e;
            }
        }

        throw unusable ?? NotFound(authority, issuer);
    }

    /// <summary>True if there is no document at the address; servers report that with more than 404.</summary>
    private static bool IsAbsent(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 && status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);

    /// <summary>
    /// Compares ordinally: an authority that claims another issuer's name could impersonate that issuer's users (RFC 8414
    /// section 3.3).
    /// </summary>
    private static void CheckIssuer(string authority, string issuer, Uri source)
    {
        if (string.Equals(authority, issuer, StringComparison.Ordinal)) return;
        var exact = ServerText.Clean(issuer);
        var slash = string.Equals(authority.TrimEnd('/'), issuer.TrimEnd('/'), StringComparison.Ordinal)
            ? " They differ only in the trailing slash."
            : string.Empty;
        throw new BearerTokenException(
            $"The metadata {OAuthBackchannel.Show(source)} has the issuer '{exact}', not '{ServerText.Clean(authority)}'.{slash}")
        {
            ErrorId = "IssuerMismatch",
            Kind = BearerErrorKind.Security,
            NextStep = $"If that is the intended authority, use exactly: -Authority '{exact}'",
        };
    }

    private static BearerTokenException Failed(BackchannelResponse response) =>
        new($"{response.Sender} could not be read: the server responded with status {(int)response.Status}.")
        {
            ErrorId = "DiscoveryFailed",
            Kind = BearerErrorKind.Server,
            StatusCode = response.Status,
            RetryAfter = response.RetryAfter,
            NextStep = $"{response.TryAgain} Or use -TokenEndpoint instead.",
        };

    private static BearerTokenException NotFound(string authority, Uri issuer) =>
        new($"The authority {ServerText.Clean(authority)} has no metadata: there is no document at "
            + $"{string.Join(" or ", WellKnownAddress.Candidates(issuer).Select(OAuthBackchannel.Show))}.")
        {
            ErrorId = "DiscoveryNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = "Check the authority (many have a path, such as a realm or tenant), or use -TokenEndpoint instead.",
        };
}
