using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace BearerTools.Http.Connecting;

/// <summary>
/// How connections are made. Calls that want the same share a pool; what one call trusts, presents or goes through is
/// never used by a call that did not say so.
/// </summary>
internal sealed record HandlerOptions
{
    public static HandlerOptions Default { get; } = new();

    /// <summary>What is presented to servers that ask for a client certificate.</summary>
    public ClientCertificates Certificates { get; init; } = ClientCertificates.None;

    /// <summary>Any certificate of a server will do, whoever it is from. For requests to APIs only.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The versions of TLS; by default what the system allows.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>False: no proxy, whatever the system says.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>The proxy that was given; by default the system's. Compared by its own Equals.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Where all connections lead, whatever host an address names.</summary>
    public UnixDomainSocketEndPoint? UnixSocket { get; init; }

    /// <summary>Connecting takes as long as the request may take, not half a minute at most.</summary>
    public bool ConnectsPatiently { get; init; }

    /// <summary>The same for addresses that the caller did not name: nothing there learns who is calling.</summary>
    public HandlerOptions CrossOrigin => Certificates.IsEmpty ? this : this with { Certificates = ClientCertificates.None };
}
