using System.Management.Automation;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http.Connecting;
using BearerTools.Pipeline;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>Settings of connections to the API. None of them applies to requests to authorities.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>The proxy for requests to the API (default: the system's).</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>The credential for the proxy.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Authenticates to the proxy as the current user.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Connects without a proxy, even if the system defines one.</summary>
    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>Client certificate, with its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate? Certificate { get; set; }

    /// <summary>Thumbprint of a client certificate in the certificate store of the user or the machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Accepts any certificate of the API. Certificates of authorities are always checked.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Allowed versions of TLS (default: those that the system allows).</summary>
    [Parameter]
    public WebSslProtocol SslProtocol { get; set; }

    /// <summary>Unix socket that the API listens on. The host of the address is then only sent as the Host header.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public UnixDomainSocketEndPoint? UnixSocket { get; set; }

    /// <summary>Connection settings that only the command line can give. Proxy settings may also come from the connection.</summary>
    /// <exception cref="BearerRequestException">Parameters contradict each other.</exception>
    private HandlerOptions CreateHandlerOptions()
    {
        if (UnixSocket is not null && Proxy is not null)
            throw Conflict("-UnixSocket cannot be combined with -Proxy.", "Use only one of them.");
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
        var given = new[] { CertificateThumbprint is null ? null : ClientCertificates.FromStore(CertificateThumbprint), Certificate }
            .OfType<X509Certificate>().ToArray();
        if (_session is null) return given;
        foreach (var certificate in given) _session.Add(certificate);
        return _session.Certificates;
    }
}
