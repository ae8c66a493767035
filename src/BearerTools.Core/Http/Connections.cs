using System.Net;
using System.Net.Sockets;

namespace BearerTools.Http;

/// <summary>The sockets: one pool for the process, without redirects, cookies or credentials of its own.</summary>
internal static class Connections
{
    /// <summary>A pooled connection is replaced after this time, so that a change of DNS is noticed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    public static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = s_lifetime,
        ConnectTimeout = s_connectTimeout,
        Proxy = new ProxyBeyondLoopback(HttpClient.DefaultProxy),
        ConnectCallback = ConnectAsync,
        EnableMultipleHttp2Connections = true,
    });

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
