using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BearerTools.Sandbox.Raw;

/// <summary>A server that sends exactly the bytes that a test gives it: for what no real server does on purpose.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<int, string, RawResponse> _respond;
    private readonly Task _running;
    private const int MaxLines = 10_000;

    private readonly ConcurrentQueue<string> _lines = new();
    private int _requests;
    private int _open;

    /// <param name="respond">Returns the response to the request with a number, from 1, and a text.</param>
    public RawServer(Func<int, string, RawResponse> respond)
    {
        _respond = respond;
        _listener.Start(backlog: 1024);
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        _running = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The number of requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The number of open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Methods and targets of the first requests, such as <c>GET /a</c>.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _running;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new ConcurrentDictionary<int, Task>();
        try
        {
            for (var number = 0; !_end.IsCancellationRequested; number++)
            {
                var (socket, key) = (await _listener.AcceptSocketAsync(_end.Token), number);
                connections[key] = ServeAsync(socket);
                _ = connections[key].ContinueWith(_ => connections.TryRemove(key, out Task? _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped. A listener that is stopped between two calls is no longer listening, or disposed.
        }

        await Task.WhenAll(connections.Values);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        socket.NoDelay = true;
        Interlocked.Increment(ref _open);
        try
        {
            var request = new RawRequest(socket);
            while (await request.ReadAsync(_end.Token) is { } text)
            {
                if (_lines.Count < MaxLines) _lines.Enqueue(RawRequest.Line(text));
                var response = _respond(Interlocked.Increment(ref _requests), text);
                await SendAsync(socket, response);
                if (response.End == RawEnd.Reset) socket.LingerState = new LingerOption(enable: true, seconds: 0);
                if (response.End == RawEnd.Close) await CloseAsync(socket);
                if (response.End is RawEnd.Reset or RawEnd.Close) return;
                if (response.End == RawEnd.Hang) await DrainAsync(socket, _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over, or its client has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SendAsync(Socket socket, RawResponse response)
    {
        if (response.Drip == TimeSpan.Zero)
        {
            for (var rest = response.Bytes; !rest.IsEmpty;) rest = rest[await socket.SendAsync(rest, _end.Token)..];
            return;
        }

        for (var at = 0; at < response.Bytes.Length; at++)
        {
            await socket.SendAsync(response.Bytes.Slice(at, 1), _end.Token);
            await Task.Delay(response.Drip, _end.Token);
        }
    }

    /// <summary>Reads what the client still sends: closing earlier would reset the connection and lose the response.</summary>
    private async Task CloseAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        timeout.CancelAfter(s_closeTimeout);
        await DrainAsync(socket, timeout.Token);
    }

    private static async Task DrainAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, cancel) > 0)
        {
            // Ignored.
        }
    }
}
