using System.Net.Sockets;

namespace BearerTools.Http.Connecting;

/// <summary>
/// A message that, when it is given up, takes the connection along that is being made for it. The handler goes on with that
/// for seconds, for others that might want one: a stopped command would leave it behind. Others get one of their own.
/// </summary>
internal sealed class ConnectingMessage(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    private readonly object _gate = new();
    private List<CancellationTokenRegistration>? _attempts;
    private bool _isClosed;
    private bool _isOver;

    /// <summary>Gives it up.</summary>
    public CancellationToken Cancel { get; set; }

    /// <summary>Closes the socket when the message is given up before the connection stands.</summary>
    public static void Bind(HttpRequestMessage message, Socket socket)
    {
        if (message is ConnectingMessage { Cancel.CanBeCanceled: true } own) own.Bind(socket);
    }

    /// <summary>The connection stands, with TLS where that is spoken: from now on it is anybody's.</summary>
    /// <exception cref="IOException">Its socket has just been closed.</exception>
    public static ValueTask<Stream> ReleaseAsync(SocketsHttpPlaintextStreamFilterContext made, CancellationToken cancel)
    {
        if (made.InitialRequestMessage is ConnectingMessage own && own.Release()) throw new IOException("The request was given up.");
        return new(made.PlaintextStream);
    }

    protected override void Dispose(bool disposing)
    {
        // Others may still get the connection; and the registrations of attempts that failed must not gather.
        if (disposing) Release(isLast: true);
        base.Dispose(disposing);
    }

    private void Bind(Socket socket)
    {
        lock (_gate)
        {
            if (!_isOver) (_attempts ??= []).Add(Cancel.UnsafeRegister(static bound => ((Socket)bound!).Dispose(), socket));
        }
    }

    /// <returns>Whether a socket was closed before.</returns>
    private bool Release(bool isLast = false)
    {
        lock (_gate)
        {
            _isOver |= isLast;
            if (_attempts is null) return _isClosed;
            foreach (var attempt in _attempts) _isClosed |= !attempt.Unregister() && Cancel.IsCancellationRequested;
            _attempts = null;
            return _isClosed;
        }
    }
}
