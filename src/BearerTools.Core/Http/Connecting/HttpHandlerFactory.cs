using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using BearerTools.Http.Telemetry;
using BearerTools.Tokens;

namespace BearerTools.Http.Connecting;

/// <summary>Creates connection pools without automatic redirects, cookies or credentials.</summary>
internal static class HttpHandlerFactory
{
    /// <summary>The lifetime of a pooled connection, so that DNS changes are noticed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long the rest of an unwanted response is drained to keep its connection. A stopped command waits for it.</summary>
    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The time limit for connecting, unless the options remove it.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <param name="options">How connections are made.</param>
    /// <param name="time">The clock that measures how long a connection is idle.</param>
    public static HttpMessageInvoker Create(HandlerOptions? options = null, TimeProvider? time = null) =>
        new(Observed(Handler(options ?? HandlerOptions.Default, time)));

    /// <summary>Creates a handler for clients other than <see cref="SocketHandler"/>, such as those of authorities.</summary>
    /// <param name="options">How connections are made.</param>
    /// <param name="time">The clock that measures how long a connection is idle.</param>
    public static HttpMessageHandler ForClients(HandlerOptions? options = null, TimeProvider? time = null) =>
        new FreshConnectionHandler(Observed(Handler(options ?? HandlerOptions.Default, time)));

    /// <summary>The proxy that requests to an address use, or <see langword="null"/>.</summary>
    public static UsedProxy? ProxyOf(HandlerOptions options, Uri address)
    {
        if (options is not { UseProxy: true, UnixSocket: null }) return null;
        var proxy = ProxyFor(options);
        return proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } place || place == address
            ? null : UsedProxy.Of(place, proxy.Credentials);
    }

    /// <summary>The proxy that requests of <see cref="ForClients"/> to an address use, or <see langword="null"/>.</summary>
    public static UsedProxy? ProxyOfClients(Uri address) =>
        ProxyOf(HandlerOptions.Default, address) is { } proxy ? proxy with { IsOfSystem = true } : null;

    /// <summary>Creates the bare handler.</summary>
    public static SocketsHttpHandler Handler(HandlerOptions options, TimeProvider? time = null)
    {
        EnvironmentProxy.RegisterPasswords();
        return NewHandler(options, time ?? TimeProvider.System);
    }

    private static HttpMessageHandler Observed(SocketsHttpHandler sockets) =>
        ClientSpanHandler.IsNeeded ? new ClientSpanHandler(sockets) : sockets;

    private static SocketsHttpHandler NewHandler(HandlerOptions options, TimeProvider time) => new()
    {
        SslOptions = Tls(options, time),
        AllowAutoRedirect = false,
        UseCookies = false,
        // A lifetime of zero means one request (RFC 9112 section 9.6): a server need not close the connection.
        PooledConnectionLifetime = options.ClosesConnections ? TimeSpan.Zero : s_lifetime,
        ConnectTimeout = options.NoConnectTimeout ? Timeout.InfiniteTimeSpan : ConnectTimeout,
        ResponseDrainTimeout = s_drainTimeout,
        // A Unix domain socket is on this machine: no proxy is involved.
        UseProxy = options is { UseProxy: true, UnixSocket: null },
        Proxy = ProxyFor(options),
        ConnectCallback = options.UnixSocket is { } place ? (context, cancel) => ConnectAsync(context, place, cancel) : ConnectAsync,
        PlaintextStreamFilter = (made, _) => new(Guarded(made, time)),
        EnableMultipleHttp2Connections = true,
        RequestHeaderEncodingSelector = static (name, message) =>
        {
            ConnectingMessage.Writes(message);
            return RequestHeaders.EncodingOf(name);
        },
        ActivityHeadersPropagator = TracePropagator.Instance,
    };

    private static ProxyBeyondLoopback ProxyFor(HandlerOptions options) =>
        new(options.Proxy ?? HttpClient.DefaultProxy, mayServeLoopback: options.Proxy is not null);

    private static Stream Guarded(SocketsHttpPlaintextStreamFilterContext made, TimeProvider time)
    {
        ConnectingMessage.Release(made.InitialRequestMessage);
        if (made.InitialRequestMessage.Method == HttpMethod.Connect) return new TunnelStream(made.PlaintextStream);
        return made.NegotiatedHttpVersion.Major >= 2 ? made.PlaintextStream : new IdleGuard(made.PlaintextStream, time);
    }

    private static SslClientAuthenticationOptions Tls(HandlerOptions options, TimeProvider time)
    {
        var tls = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = options.Protocols,
            RemoteCertificateValidationCallback =
                (sender, certificate, chain, errors) => ServerCertificate.Check(sender, certificate, chain, errors, time),
        };
        options.Certificates.PresentBy(tls);
#pragma warning disable CA5359 // The caller asked for it, for this pool only.
        if (options.SkipCertificateCheck) tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return tls;
    }

    /// <summary>
    /// Plain HTTP is allowed to 'localhost' because that is this machine: the name is resolved here, and addresses that are not
    /// loopback are rejected.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var endPoint = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ConnectingMessage.Bind(context.InitialRequestMessage, socket);
        try
        {
            if (endPoint.Host == "localhost")
                await socket.ConnectAsync(
                    await LoopbackOfAsync(endPoint.Host, cancel).ConfigureAwait(false), endPoint.Port, cancel).ConfigureAwait(false);
            else await socket.ConnectAsync(endPoint, cancel).ConfigureAwait(false);
            ConnectingMessage.Open(context.InitialRequestMessage);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, UnixDomainSocketEndPoint place, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        ConnectingMessage.Bind(context.InitialRequestMessage, socket);
        try
        {
            await socket.ConnectAsync(place, cancel).ConfigureAwait(false);
            ConnectingMessage.Open(context.InitialRequestMessage);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new UnixSocketException(place, e);
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
        return loopback.Length > 0
            ? loopback
            : throw new HttpRequestException(HttpRequestError.ConnectionError, $"'{host}' does not resolve to a loopback address.");
    }
}
