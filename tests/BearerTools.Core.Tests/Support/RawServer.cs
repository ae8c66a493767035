using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BearerTools.Tests.Support;

/// <summary>A server that sends the bytes that a test sets, or breaks off: for faults that no real server makes on purpose.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<int, string, string?> _result;
    private readonly Task _running;
    private readonly ConcurrentQueue<string> _lines = new();
    private int _requests;

    /// <param name="response">From the number of the request and its text to the bytes of the response; null to close the connection. What ends with a null character is closed after it.</param>
    public RawServer(Func<int, string, string?> response)
    {
        _result = response;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        _running = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Their methods and places, such as <c>GET /a</c>.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public static string Ok(string body, int? length = null) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length ?? body.Length}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _running;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        var buffer = new byte[64 * 1024];
        try
        {
            // The requests of these tests are small: they come in one piece.
            while (await connection.ReceiveAsync(buffer, _end.Token) is > 0 and var length)
            {
                var text = Encoding.ASCII.GetString(buffer, 0, length);
                _lines.Enqueue(text[..text.IndexOf(" HTTP/", StringComparison.Ordinal)]);
                var response = _result(Interlocked.Increment(ref _requests), text);
                if (response is null) return;
                await connection.SendAsync(Encoding.ASCII.GetBytes(response.TrimEnd('\0')), _end.Token);
                if (response.EndsWith('\0')) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over, or its client has gone.
        }
    }
}
