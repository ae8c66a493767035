using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>Settings for each message of a call, including redirects and replays.</summary>
internal sealed record SendOptions
{
    public static SendOptions Default { get; } = new();

    /// <summary>The requested HTTP version; by default 1.1, or 2 if the server agrees to it over TLS.</summary>
    public Version? HttpVersion { get; init; }

    /// <summary>True if connections go to a Unix domain socket.</summary>
    public bool OnUnixSocket { get; init; }

    /// <summary>True if a mock responds, without connections.</summary>
    public bool IsMocked { get; init; }

    /// <summary>The User-Agent for requests whose headers have none; validated already.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How the token is sent.</summary>
    public TokenPlacement Placement { get; init; } = TokenPlacement.Default;

    /// <summary>True if each connection is closed after its response.</summary>
    public bool ClosesConnection { get; init; }

    /// <summary>True if headers are sent without validation.</summary>
    public bool SkipHeaderValidation { get; init; }

    /// <summary>The transfer coding of the body, in addition to chunked (RFC 9112 section 7).</summary>
    public string? TransferEncoding { get; init; }

    /// <summary>The time limit from connecting to the last header of the response, for each message.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>The time limit for each read of the response's body.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>True if heads and bodies are kept in the trace, and bodies are printed with the heads.</summary>
    public bool TraceBody { get; init; }

    /// <summary>The proxy that requests to an address use, for errors; <see langword="null"/> if it is not known.</summary>
    public Func<Uri, UsedProxy?>? ProxyOf { get; init; }

    /// <summary>The clock for the time-outs; <see langword="null"/> for the services' clock.</summary>
    public TimeProvider? Time { get; init; }

    public (Version Version, HttpVersionPolicy Policy) VersionFor(Uri address)
    {
        if (HttpVersion is null) return (System.Net.HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrHigher);
        // Without TLS there is no negotiation: HTTP/2 is spoken from the first byte (RFC 9113 section 3.3), or not at all.
        var isLocalPlaintext = address.Scheme == Uri.UriSchemeHttp && (OnUnixSocket || Origin.Of(address).IsLoopback);
        var isExact = isLocalPlaintext && HttpVersion.Major == 2;
        return (HttpVersion, isExact ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower);
    }
}
