using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Retrying;
using BearerTools.Tokens;

namespace BearerTools.Checks;

/// <summary>
/// Opens one connection in the way that requests do, and notes each stage. It sends a HEAD request without a token, headers or cookies, for
/// the server's clock. Instances are used once.
/// </summary>
internal sealed class NetworkProbe(HandlerOptions options, TimeProvider time)
{
    /// <summary>What the connection got to.</summary>
    internal enum Stage
    {
        Lookup,
        Connect,
        Secure,
        Response,
    }

    public Stage Reached { get; private set; }

    public bool HasTimedOut { get; private set; }

    /// <summary>Why there was no response, or <see langword="null"/>.</summary>
    public ConnectionFault? Fault { get; private set; }

    public UsedProxy? Proxy { get; private set; }

    /// <summary>The addresses of the host that was connected to: the server or its proxy. Empty if it was given as an address.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; private set; } = [];

    public TimeSpan LookupTime { get; private set; }

    public EndPoint? Connected { get; private set; }

    public TimeSpan ConnectTime { get; private set; }

    public TimeSpan TlsTime { get; private set; }

    public string? TlsVersion { get; private set; }

    public string? CipherSuite { get; private set; }

    public X509Certificate2? Certificate { get; private set; }

    /// <summary>Subjects of the certificate chain, from the server's certificate to the root.</summary>
    public IReadOnlyList<string> Chain { get; private set; } = [];

    /// <summary>Why the certificate is not valid, although it may have been accepted; <see langword="null"/> if it is.</summary>
    public CertificateException? CertificateFault { get; private set; }

    public HttpStatusCode? Status { get; private set; }

    /// <summary>The schemes that the server names in its challenges.</summary>
    public IReadOnlyList<string> Challenges { get; private set; } = [];

    /// <summary>How far the server's clock is ahead of the local one; <see langword="null"/> if it is not known.</summary>
    public TimeSpan? ServerAhead { get; private set; }

    private long _connected;

    /// <param name="address">The address of the HEAD request.</param>
    /// <param name="userAgent">The User-Agent header, or <see langword="null"/>.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancel">Cancels the test.</param>
    public async Task RunAsync(Uri address, string? userAgent, TimeSpan limit, CancellationToken cancel)
    {
        Proxy = HttpHandlerFactory.ProxyOf(options, address);
        using var handler = HttpHandlerFactory.Handler(options, time);
        Observe(handler, limit);
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var (version, policy) = SendOptions.Default.VersionFor(address);
        using var message = new HttpRequestMessage(HttpMethod.Head, address) { Version = version, VersionPolicy = policy };
        if (!string.IsNullOrEmpty(userAgent)) message.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        using var scope = new Deadline(limit, time).Within(cancel);
        try
        {
            var sent = time.GetUtcNow();
            using var response = await invoker.SendAsync(message, scope.Token).ConfigureAwait(false);
            Read(response, sent);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e) || e is OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            HasTimedOut = scope.IsExpired;
            if (!HasTimedOut) Fault = ConnectionFault.Of(e, address.IdnHost, address.Port, Proxy);
        }
    }

    private void Observe(SocketsHttpHandler handler, TimeSpan limit)
    {
        handler.ConnectTimeout = limit;
        var connect = handler.ConnectCallback!;
        handler.ConnectCallback = (context, cancel) => ConnectAsync(connect, context, cancel);
        handler.SslOptions.RemoteCertificateValidationCallback = Check;
        var filter = handler.PlaintextStreamFilter!;
        handler.PlaintextStreamFilter = (context, cancel) =>
        {
            if (context.PlaintextStream is SslStream tls)
            {
                TlsVersion = tls.SslProtocol.ToString();
                CipherSuite = tls.NegotiatedCipherSuite.ToString();
                TlsTime = time.GetElapsedTime(_connected);
            }

            Reached = Stage.Response;
            return filter(context, cancel);
        };
    }

    private async ValueTask<Stream> ConnectAsync(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, SocketsHttpConnectionContext context,
        CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var begun = time.GetTimestamp();
        if (!IPAddress.TryParse(host, out _))
            Addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        LookupTime = time.GetElapsedTime(begun);
        Reached = Stage.Connect;
        begun = time.GetTimestamp();
        var stream = await connect(context, cancel).ConfigureAwait(false);
        ConnectTime = time.GetElapsedTime(begun);
        Connected = (stream as NetworkStream)?.Socket.RemoteEndPoint;
        Reached = Stage.Secure;
        _connected = time.GetTimestamp();
        return stream;
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not null) Certificate = new X509Certificate2(certificate);
        Chain = [.. chain?.ChainElements.Select(element => element.Certificate.Subject) ?? []];
        CertificateFault = errors == SslPolicyErrors.None
            ? null
            : ServerCertificate.FaultOf(ServerCertificate.HostOf(sender), certificate, chain, errors, time.GetUtcNow());
        return CertificateFault is null || options.SkipCertificateCheck ? true : throw CertificateFault;
    }

    private void Read(HttpResponseMessage response, DateTimeOffset sent)
    {
        Reached = Stage.Response;
        Status = response.StatusCode;
        Challenges = [.. response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme)];
        // A cache gives the Date of the stored response.
        if (response.Headers.Date is not { } date || response.Headers.Age is not null) return;
        var received = time.GetUtcNow();
        // Date has whole seconds, and was written at some time between the two.
        ServerAhead = date.AddSeconds(0.5) - (sent + ((received - sent) / 2));
    }
}
