using System.Diagnostics;
using System.Net.Sockets;
using BearerTools.Diagnostics;

namespace BearerTools.Http.Connecting;

/// <summary>
/// A message whose cancellation also closes the connection being opened for it. SocketsHttpHandler would otherwise keep connecting
/// for seconds in case another request needs the connection, and a stopped command would leave the attempt behind.
/// </summary>
internal sealed class ConnectingMessage(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    [ThreadStatic]
    private static ConnectingMessage? s_written;

    private readonly object _gate = new();
    private List<CancellationTokenRegistration>? _attempts;
    private bool _isClosed;
    private bool _isOver;
    private long _begun;
    private long _opened;
    private Stream? _connection;

    /// <summary>Cancels the message.</summary>
    public CancellationToken Cancel { get; set; }

    /// <summary>The events of the input, for a handler that answers the message itself; <see langword="null"/> if there are none.</summary>
    public IEventSink? Events { get; set; }

    /// <summary>True if it goes to another origin than the request: it carries nothing that belongs to the request.</summary>
    public bool IsCrossOrigin { get; init; }

    /// <summary>The number of messages that this one repeats, for any reason.</summary>
    public int Resends { get; set; }

    /// <summary>
    /// The time for opening a connection for it, including TLS, in ticks of <see cref="Stopwatch"/>; 0 if it used one that was open.
    /// </summary>
    public long Connecting { get; private set; }

    /// <summary>The part of <see cref="Connecting"/> that TLS took; 0 without TLS, and through a proxy.</summary>
    public long Securing { get; private set; }

    /// <summary>When it was handed to the connections, as a timestamp.</summary>
    public long Begun { get; set; }

    /// <summary>Closes the socket if the message is cancelled before the connection is established.</summary>
    public static void Bind(HttpRequestMessage message, Socket socket)
    {
        if (message is not ConnectingMessage own) return;
        if (own._begun == 0) own._begun = Stopwatch.GetTimestamp();
        if (own.Cancel.CanBeCanceled) own.Bind(socket);
    }

    /// <summary>Called when the socket is connected, before TLS.</summary>
    public static void Open(HttpRequestMessage message)
    {
        if (message is ConnectingMessage own) own._opened = Stopwatch.GetTimestamp();
    }

    /// <summary>Called when the connection, including TLS, is established: from now on any request may use it.</summary>
    /// <exception cref="IOException">Its socket has just been closed by a cancellation.</exception>
    public static void Release(HttpRequestMessage message)
    {
        if (message is not ConnectingMessage own) return;
        var now = Stopwatch.GetTimestamp();
        // Through a tunnel of a proxy, another message opened the socket.
        if (own._begun != 0) own.Connecting = now - own._begun;
        else if (own.Begun != 0) own.Connecting = now - own.Begun;
        if (own._opened != 0 && own.RequestUri?.Scheme == Uri.UriSchemeHttps) own.Securing = now - own._opened;
        if (own.Release()) throw new IOException("The request was cancelled.");
    }

    /// <summary>Called for each header of a message, on the thread that writes the message to a connection of HTTP/1.1 then.</summary>
    public static void Writes(HttpRequestMessage message) => s_written = message as ConnectingMessage;

    /// <summary>Called when a message begins on a connection of HTTP/1.1.</summary>
    /// <returns>
    /// False if the same message was sent on another connection before: SocketsHttpHandler repeats one without content up to three times
    /// when the server closes a connection that was used before. It also sends one again with the credentials that a proxy asks for.
    /// </returns>
    public static bool MayBegin(Stream connection)
    {
        var message = s_written;
        s_written = null;
        if (message is null) return true;
        var isAgain = message._connection is { } before && before != connection && message.Headers.ProxyAuthorization is null;
        message._connection = connection;
        return !isAgain;
    }

    protected override void Dispose(bool disposing)
    {
        // Other requests may still use the connection, and registrations of failed attempts must not accumulate.
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

    /// <returns>True if a socket was closed before.</returns>
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
