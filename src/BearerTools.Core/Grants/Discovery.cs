using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Authorities' metadata, found by their issuer's name (RFC 8414 section 3, OpenID Connect Discovery section 4), kept as long as
/// this object lives. Concurrent callers share one look-up; a failed one is not kept.
/// </summary>
internal sealed class Discovery(OAuthBackchannel backchannel)
{
    public const string AuthorityName = "The authority";

    private const string Who = "The authority's metadata";

    private readonly object _gate = new();
    private readonly Dictionary<string, AuthorityMetadata> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SharedOperation<AuthorityMetadata>> _running = new(StringComparer.Ordinal);

    /// <param name="authority">The issuer, exactly as the authority writes it.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends this caller's waiting; the look-up ends when nobody waits any more.</param>
    /// <exception cref="BearerTokenException">There is no metadata, or it is not this authority's.</exception>
    public async Task<AuthorityMetadata> GetAsync(string authority, IEventSink events, CancellationToken cancel)
    {
        SharedOperation<AuthorityMetadata> operation;
        lock (_gate)
        {
            if (_known.TryGetValue(authority, out var known)) return known;
            if (_running.TryGetValue(authority, out var under) && under.TryJoin())
            {
                operation = under;
            }
            else
            {
                operation = _running[authority] = new SharedOperation<AuthorityMetadata>();
                operation.TryJoin();
                operation.Start(stop => LookUpAsync(operation, authority, events, stop));
            }
        }

        return await operation.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task<AuthorityMetadata> LookUpAsync(SharedOperation<AuthorityMetadata> operation, string authority, IEventSink events, CancellationToken stop)
    {
        try
        {
            var metadata = await ReadAsync(authority, events, stop).ConfigureAwait(false);
            lock (_gate) _known[authority] = metadata;
            return metadata;
        }
        finally
        {
            lock (_gate)
            {
                if (ReferenceEquals(_running.GetValueOrDefault(authority), operation)) _running.Remove(authority);
            }
        }
    }

    private async Task<AuthorityMetadata> ReadAsync(string authority, IEventSink events, CancellationToken cancel)
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
                    return metadata;
                }

                if (!IsAbsent(response.Status)) throw Failed(response);
            }
            catch (BearerTokenException e) when (e.ErrorId is "AnswerNotJson" or "UnexpectedRedirect")
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
