using System.Net;
using System.Net.Sockets;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// Receives the redirect at the end of a login in a browser, on this machine only. A plain socket that nobody else can
/// share: an HttpListener would need rights on Windows, and would take other names. Disposed, it leaves no port behind.
/// </summary>
internal sealed class LoopbackListener : IDisposable
{
    private const int Tries = 10;

    /// <summary>Browsers connect in advance and say nothing; after this time such a connection is let go.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(20);

    /// <summary>Far more than a browser opens; the oldest one gives way to a new one, so that a flood takes no more descriptors.</summary>
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

    /// <exception cref="BearerTokenException">The port is taken.</exception>
    public static LoopbackListener Start(RedirectAddress redirect)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new LoopbackListener(redirect, Listen(redirect));
            }
            catch (SocketException) when (redirect.Port == 0 && attempt < Tries)
            {
                // The port that one family gave is taken in the other.
            }
            catch (SocketException e)
            {
                throw Unavailable(redirect, e);
            }
        }
    }

    /// <summary>Serves browsers until one of them brings the answer.</summary>
    /// <param name="judge">Says what the query of a redirect is; asked by one connection at a time, and not again after a final word.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Func<string, LoopbackReply> judge, CancellationToken cancel)
    {
        var link = cancel.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        await using var linkScope = link.ConfigureAwait(false);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepting = _listeners.Select(listener => AcceptAsync(listener, judge, answered, _stop.Token)).ToArray();
        var ended = await Task.WhenAny([answered.Task, .. accepting]).ConfigureAwait(false);
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

    /// <summary>Machines and containers without IPv6 are common; a browser there does not use it either.</summary>
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

    private async Task AcceptAsync(TcpListener listener, Func<string, LoopbackReply> judge, TaskCompletionSource answered, CancellationToken cancel)
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
                // The process has no file descriptor left, or the peer has gone already. The login goes on.
                CloseOldest(0);
                await Task.Delay(s_pauseAfterFault, cancel).ConfigureAwait(false);
                continue;
            }

            CloseOldest(MaxConnections - 1);
            lock (_open) _open.AddLast(client);
            // Not waited for: a connection that says nothing must not keep the next one out.
            _ = ServeAsync(client, judge, answered, cancel);
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

    private async Task ServeAsync(TcpClient client, Func<string, LoopbackReply> judge, TaskCompletionSource answered, CancellationToken cancel)
    {
        var isFinal = false;
        try
        {
            using var connection = client;
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            silence.CancelAfter(s_silence);
            var stream = client.GetStream();
            await using var streamScope = stream.ConfigureAwait(false);
            if (await LoopbackRequest.ReadAsync(stream, silence.Token).ConfigureAwait(false) is not { } request) return;
            var page = ApiResponse(request, judge, out isFinal);
            await stream.WriteAsync(page, silence.Token).ConfigureAwait(false);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // InvalidOperationException: it was closed to make room, before its stream was taken or after (ObjectDisposedException).
            // The browser has gone, or the login is over: nobody is left to tell.
        }
        finally
        {
            lock (_open) _open.Remove(client);
            if (isFinal) answered.TrySetResult();
        }
    }

    private byte[] ApiResponse(LoopbackRequest request, Func<string, LoopbackReply> judge, out bool isFinal)
    {
        isFinal = false;
        if (!_redirect.IsHost(request.Host, _port) || request.Method != "GET") return LoopbackPage.Refused;
        if (request.Path != _redirect.Path) return LoopbackPage.NotFound;
        lock (_listeners)
        {
            var reply = _finished == 0 ? judge(request.Query) : LoopbackReply.Unknown;
            isFinal = reply != LoopbackReply.Unknown;
            if (isFinal) _finished = 1;
            return LoopbackPage.Of(reply);
        }
    }

    private static BearerTokenException Unavailable(RedirectAddress redirect, SocketException e)
    {
        var isTaken = e.SocketErrorCode == SocketError.AddressAlreadyInUse;
        return new BearerTokenException(
            $"Nothing can listen at the redirect address {ServerText.Clean(redirect.Text)}: {(isTaken ? $"the port {redirect.Port} is taken" : ServerText.Clean(e.Message))}.", e)
        {
            ErrorId = isTaken ? "PortTaken" : "PortUnavailable",
            Kind = BearerErrorKind.Connection,
            NextStep = "End what listens there, or register another address with the client and give that one with -RedirectUri.",
        };
    }
}
