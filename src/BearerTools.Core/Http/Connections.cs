using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Http;

/// <summary>The sockets: one pool for the process, without redirects, cookies or credentials of its own.</summary>
internal static class Connections
{
    /// <summary>A pooled connection is replaced after this time, so that a change of DNS is noticed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long the rest of an answer that nobody wants is read on, to keep its connection. A stopped command waits for it.</summary>
    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    /// <param name="certificate">What is presented to servers that ask for a client certificate.</param>
    /// <param name="chain">What leads from it to its root.</param>
    public static HttpMessageInvoker Create(X509Certificate2? certificate = null, X509Certificate2Collection? chain = null) => new(Handler(certificate, chain));

    internal static SocketsHttpHandler Handler(X509Certificate2? certificate, X509Certificate2Collection? chain) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            // Presented whatever issuers the server names: it was said to be the one. Offline: what is missing is not looked for on the web.
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, chain, offline: true),
        },
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = s_lifetime,
        ConnectTimeout = s_connectTimeout,
        ResponseDrainTimeout = s_drainTimeout,
        Proxy = new ProxyBeyondLoopback(HttpClient.DefaultProxy),
        ConnectCallback = ConnectAsync,
        EnableMultipleHttp2Connections = true,
    };

    /// <summary>
    /// 'localhost' may be trusted with plain http only if it is this machine: the name is resolved here, and addresses
    /// that are not loopback are not connected to.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var endPoint = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (endPoint.Host == "localhost") await socket.ConnectAsync(await LoopbackOfAsync(endPoint.Host, cancel).ConfigureAwait(false), endPoint.Port, cancel).ConfigureAwait(false);
            else await socket.ConnectAsync(endPoint, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> LoopbackOfAsync(string host, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        var loopback = addresses.Where(IPAddress.IsLoopback).ToArray();
        return loopback.Length > 0 ? loopback : throw new HttpRequestException(HttpRequestError.ConnectionError, $"'{host}' does not lead to this machine.");
    }

    /// <summary>The system's proxy for everything but this machine.</summary>
    private sealed class ProxyBeyondLoopback(IWebProxy inner) : IWebProxy
    {
        public ICredentials? Credentials { get => inner.Credentials; set => inner.Credentials = value; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : inner.GetProxy(destination);

        public bool IsBypassed(Uri host) => Tokens.Origin.Of(host).IsLoopback || inner.IsBypassed(host);
    }
}
