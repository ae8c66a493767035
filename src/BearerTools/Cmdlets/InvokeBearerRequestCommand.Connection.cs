using System.Management.Automation;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http.Connecting;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>How connections to the API are made. Nothing here concerns requests to authorities.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>The proxy (default: the system's).</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>The credential for the proxy.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Authenticates to the proxy as the current user.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Uses no proxy, not even the system's.</summary>
    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>A client certificate, with its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate? Certificate { get; set; }

    /// <summary>The thumbprint of a client certificate in the store of this account or this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Accepts any certificate of the API. It does not apply to authorities.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The versions of TLS (default: those that the system allows).</summary>
    [Parameter]
    public WebSslProtocol SslProtocol { get; set; }

    /// <summary>The Unix socket that the API listens on. The host of the address is then only sent as a header.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public UnixDomainSocketEndPoint? UnixSocket { get; set; }

    /// <summary>What the command line alone says of connections; the proxy is a setting that a connection may have, too.</summary>
    /// <exception cref="BearerRequestException">Parameters contradict each other.</exception>
    private HandlerOptions CreateHandlerOptions()
    {
        if (UnixSocket is not null && Proxy is not null) throw Conflict("-UnixSocket cannot be combined with -Proxy.", "Give one of them.");
        return new HandlerOptions
        {
            Certificates = ClientCertificates.Of(CreateCertificates()),
            SkipCertificateCheck = SkipCertificateCheck,
            Protocols = (SslProtocols)SslProtocol,
            UnixSocket = UnixSocket,
        };
    }

    private ExplicitProxy? CreateProxy() => ProxyParameters.Create(Proxy, ProxyCredential, ProxyUseDefaultCredentials, NoProxy);

    private IEnumerable<X509Certificate> CreateCertificates()
    {
        var given = new[] { CertificateThumbprint is null ? null : ClientCertificates.FromStore(CertificateThumbprint), Certificate }.OfType<X509Certificate>().ToArray();
        if (_session is null) return given;
        foreach (var certificate in given) _session.Add(certificate);
        return _session.Certificates;
    }
}
