using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http.Connecting;

namespace BearerTools.Cmdlets;

/// <content>How the API is reached. Authorities are reached in their own way: nothing here is for them.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>The proxy; by default the system's.</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>Who one is to the proxy.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>One is to the proxy who one is to this machine.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>No proxy, whatever the system says.</summary>
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

    /// <summary>Any certificate of the API will do, whoever it is from.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The versions of TLS; by default what the system allows.</summary>
    [Parameter]
    public WebSslProtocol SslProtocol { get; set; }

    /// <summary>A socket of this machine on which the API listens, whatever host the address names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public UnixDomainSocketEndPoint? UnixSocket { get; set; }

    private HandlerOptions CreateHandlerOptions()
    {
        if (NoProxy && (Proxy ?? (object?)ProxyCredential) is not null) throw Conflict("-NoProxy and -Proxy contradict each other.", "Give one of them.");
        if (UnixSocket is not null && Proxy is not null) throw Conflict("To a socket of this machine there is no proxy.", "Give -UnixSocket or -Proxy.");
        if (ProxyUseDefaultCredentials && ProxyCredential is not null) throw Conflict("-ProxyCredential and -ProxyUseDefaultCredentials both say who one is to the proxy.", "Give one of them.");
        if (Proxy is null && (ProxyUseDefaultCredentials || ProxyCredential is not null)) throw Conflict("There is no proxy that these credentials could be for.", "Give it with -Proxy.");
        return new HandlerOptions
        {
            UseProxy = !NoProxy,
            Proxy = CreateProxy(),
            Certificates = ClientCertificates.Of(CreateCertificates()),
            SkipCertificateCheck = SkipCertificateCheck,
            Protocols = (SslProtocols)SslProtocol,
            UnixSocket = UnixSocket,
            ConnectsPatiently = IsTyped(nameof(ConnectionTimeoutSeconds)) && !(Limit(ConnectionTimeoutSeconds) <= HttpHandlerFactory.ConnectTimeout),
        };
    }

    private IWebProxy? CreateProxy()
    {
        if (NoProxy || Proxy is not null)
        {
            ICredentials? credentials = ProxyUseDefaultCredentials ? CredentialCache.DefaultCredentials : ProxyCredential?.GetNetworkCredential();
            var proxy = NoProxy ? null : new ExplicitProxy(Proxy!, credentials);
            if (_session is not null && !Equals(_session.Proxy, proxy)) _session.Proxy = proxy;
            return proxy;
        }

        return _session?.Proxy;
    }

    private IEnumerable<X509Certificate> CreateCertificates()
    {
        var given = new[] { CertificateThumbprint is null ? null : ClientCertificates.FromStore(CertificateThumbprint), Certificate }.OfType<X509Certificate>().ToArray();
        if (_session is null) return given;
        foreach (var certificate in given) _session.Add(certificate);
        return _session.Certificates;
    }
}
