using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>What a call says of each message that it sends, on hops and replays too.</summary>
internal sealed record SendOptions
{
    public static SendOptions Default { get; } = new();

    /// <summary>The version of HTTP that is asked for; by default 1.1, or 2 where a server agrees to it over TLS.</summary>
    public Version? HttpVersion { get; init; }

    /// <summary>Whether connections lead to a socket of this machine.</summary>
    public bool OnUnixSocket { get; init; }

    /// <summary>Sent unless the headers have one; checked already.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Each connection is closed after its answer.</summary>
    public bool ClosesConnection { get; init; }

    /// <summary>Headers are sent as they are.</summary>
    public bool SkipHeaderValidation { get; init; }

    /// <summary>The coding that a body has, beside that it goes in chunks (RFC 9112 section 7).</summary>
    public string? TransferEncoding { get; init; }

    /// <summary>From connecting to the last header of the answer, for each message.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>From one part of the answer's body to the next.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>The clock of the time-outs; <see langword="null"/> for that of the services.</summary>
    public TimeProvider? Time { get; init; }

    public (Version Version, HttpVersionPolicy Policy) VersionFor(Uri address)
    {
        if (HttpVersion is null) return (System.Net.HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrHigher);
        // Without TLS nothing is agreed on beforehand: HTTP/2 is spoken from the first byte (RFC 9113 section 3.3), or not at all.
        var isPlainAndNear = address.Scheme == Uri.UriSchemeHttp && (OnUnixSocket || Origin.Of(address).IsLoopback);
        return (HttpVersion, isPlainAndNear && HttpVersion.Major == 2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower);
    }
}
