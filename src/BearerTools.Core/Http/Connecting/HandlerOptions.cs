using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace BearerTools.Http.Connecting;

/// <summary>
/// How connections are made. Calls with equal options share a pool. A call never uses a connection with a trust setting,
/// certificate or proxy other than its own.
/// </summary>
internal sealed record HandlerOptions
{
    public static HandlerOptions Default { get; } = new();

    /// <summary>Client certificates for servers that ask for one.</summary>
    public ClientCertificates Certificates { get; init; } = ClientCertificates.None;

    /// <summary>True if any server certificate is accepted. For requests to APIs only.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The TLS versions; by default those that the system allows.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>False to use no proxy, whatever the system's settings.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>The given proxy; <see langword="null"/> for the system's. Compared by its own Equals.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The socket that all connections go to, whatever host a URL names.</summary>
    public UnixDomainSocketEndPoint? UnixSocket { get; init; }

    /// <summary>True if only the request's own time limit applies to connecting.</summary>
    public bool NoConnectTimeout { get; init; }

    /// <summary>True if each connection is closed after one request.</summary>
    public bool ClosesConnections { get; init; }

    /// <summary>The options for redirects to other origins, which must not learn who is calling.</summary>
    public HandlerOptions CrossOrigin => Certificates.IsEmpty ? this : this with { Certificates = ClientCertificates.None };
}
