using System.Net;
using System.Net.Sockets;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// Receives the redirect of a browser sign-in on a loopback address. Uses a plain socket with exclusive access: an
/// HttpListener would need rights on Windows, and would accept other host names. Disposing it frees the port.
/// </summary>
internal sealed class LoopbackListener : IDisposable
{
    private const int MaxAttempts = 10;

    /// <summary>The idle timeout of a connection; browsers open connections in advance without sending a request.</summary>
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Far more than a browser opens. At the limit, a new connection replaces the oldest one, which bounds the file descriptors.
    /// </summary>
    private const int MaxConnections = 64;

    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromMilliseconds(50);

    private readonly LinkedList<TcpClient> _open = [];
    private readonly RedirectAddress _redirect;
    private readonly TcpListener[] _listeners;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private int _finished;

    private LoopbackListener(RedirectAddress redirect, TcpListener[] listeners)
    {
        _redirect = redirect;
        _listeners = listeners;
        _port = ((IPEndPoint)listeners[0].LocalEndpoint).Port;
        RedirectUri = redirect.At(_port);
    }

    public string RedirectUri { get; }

    /// <exception cref="BearerTokenException">The port is in use.</exception>
    public static LoopbackListener Start(RedirectAddress redirect)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new LoopbackListener(redirect, Listen(redirect));
            }
            catch (SocketException) when (redirect.Port == 0 && attempt < MaxAttempts)
            {
                // The port that is free for one address family is in use for the other.
            }
            catch (SocketException e)
            {
                throw Unavailable(redirect, e);
            }
        }
    }

    /// <summary>Serves connections until one of them delivers the response.</summary>
    /// <param name="classify">Classifies the query of a redirect; called for one connection at a time, and not again after a final
    /// result.</param>
    /// <param name="cancel">Cancels the listener.</param>
    public async Task RunAsync(Func<string, LoopbackReply> classify, CancellationToken cancel)
    {
        var link = cancel.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        await using var linkScope = link.ConfigureAwait(false);
        var responded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepting = _listeners.Select(listener => AcceptAsync(listener, classify, responded, _stop.Token)).ToArray();
        var ended = await Task.WhenAny([responded.Task, .. accepting]).ConfigureAwait(false);
        await ended.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var listener in _listeners) listener.Dispose();
    }

    private static TcpListener[] Listen(RedirectAddress redirect)
    {
        List<TcpListener> started = [];
        try
        {
            var port = redirect.Port;
            foreach (var address in redirect.Addresses)
            {
                if (started.Count > 0 && !Has(address)) continue;
                var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
                started.Add(listener);
                listener.Start();
                port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            return [.. started];
        }
        catch
        {
            foreach (var listener in started) listener.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns true if the address is available. Machines and containers without IPv6 are common; a browser there does not
    /// use it either.
    /// </summary>
    private static bool Has(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6) return false;
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task AcceptAsync(TcpListener listener, Func<string, LoopbackReply> classify, TaskCompletionSource responded,
        CancellationToken cancel)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(cancel).ConfigureAwait(false);
            }
            catch (SocketException) when (!cancel.IsCancellationRequested)
            {
                // The process has no file descriptor left, or the browser has disconnected already. The sign-in continues.
                CloseOldest(0);
                await Task.Delay(s_pauseAfterFault, TimeProvider.System, cancel).ConfigureAwait(false);
                continue;
            }

            CloseOldest(MaxConnections - 1);
            lock (_open) _open.AddLast(client);
            // Not awaited: an idle connection must not block the next one.
            _ = ServeAsync(client, classify, responded, cancel);
        }
    }

    /// <summary>Closes the oldest connection if more than a number of them are open.</summary>
    private void CloseOldest(int kept)
    {
        lock (_open)
        {
            if (_open.Count <= kept) return;
            _open.First!.Value.Dispose();
            _open.RemoveFirst();
        }
    }

    private async Task ServeAsync(TcpClient client, Func<string, LoopbackReply> classify, TaskCompletionSource responded,
        CancellationToken cancel)
    {
        var isFinal = false;
        try
        {
            using var connection = client;
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            idle.CancelAfter(s_idleTimeout);
            var stream = client.GetStream();
            await using var streamScope = stream.ConfigureAwait(false);
            if (await LoopbackRequest.ReadAsync(stream, idle.Token).ConfigureAwait(false) is not { } request) return;
            var page = RespondTo(request, classify, out isFinal);
            await stream.WriteAsync(page, idle.Token).ConfigureAwait(false);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // The browser has disconnected or the sign-in has ended, so there is no recipient for a page.
            // InvalidOperationException: the connection was closed for a newer one, before its stream was taken or after it.
        }
        finally
        {
            lock (_open) _open.Remove(client);
            if (isFinal) responded.TrySetResult();
        }
    }

    private byte[] RespondTo(LoopbackRequest request, Func<string, LoopbackReply> classify, out bool isFinal)
    {
        isFinal = false;
        if (!_redirect.IsHost(request.Host, _port) || request.Method != "GET") return LoopbackPage.Refused;
        if (request.Path != _redirect.Path) return LoopbackPage.NotFound;
        lock (_listeners)
        {
            var reply = _finished == 0 ? classify(request.Query) : LoopbackReply.Unknown;
            isFinal = reply != LoopbackReply.Unknown;
            if (isFinal) _finished = 1;
            return LoopbackPage.Of(reply);
        }
    }

    private static BearerTokenException Unavailable(RedirectAddress redirect, SocketException e)
    {
        var isTaken = e.SocketErrorCode == SocketError.AddressAlreadyInUse;
        return new BearerTokenException(
            $"Cannot listen at the redirect address {ServerText.Clean(redirect.Text)}: "
                + $"{(isTaken ? $"port {redirect.Port} is in use" : ServerText.Clean(e.Message))}.", e)
        {
            ErrorId = isTaken ? "PortTaken" : "PortUnavailable",
            Kind = BearerErrorKind.Connection,
            NextStep = "Stop the program that uses the port, or register another address for the client and pass it with -RedirectUri.",
        };
    }
}
