using System.Net;
using System.Net.Sockets;

namespace BearerTools.Tests.Support;

/// <summary>A server of which a test says what becomes of each of its connections.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Talk, Task> _talk;
    private readonly Task _accepting;
    private int _accepted;
    private int _open;

    /// <param name="talk">What is said over one connection, which is closed after it.</param>
    /// <param name="port">Where another one was before.</param>
    public SocketServer(Func<Talk, Task> talk, int port = 0)
    {
        _talk = talk;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public Uri At(string path, string scheme = "http") => new($"{scheme}://127.0.0.1:{Port}{path}");

    /// <summary>Completes when no connection is open.</summary>
    public async Task UntilClosedAsync()
    {
        for (var i = 0; i < 1000 && Volatile.Read(ref _open) > 0; i++) await Task.Delay(10);
        Assert.Equal(0, Volatile.Read(ref _open));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // It listens no more.
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        using var talk = new Talk(socket, Interlocked.Increment(ref _accepted), _end.Token);
        try
        {
            await _talk(talk);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The test is over, or its client has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
