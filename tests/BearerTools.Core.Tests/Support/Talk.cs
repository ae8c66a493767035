using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BearerTools.Tests.Support;

/// <summary>The server's side of one connection.</summary>
internal sealed class Talk(Socket socket, int number, CancellationToken end) : IDisposable
{
    private const string Length = "Content-Length: ";

    /// <summary>The how many-th connection it is.</summary>
    public int Number => number;

    public CancellationToken End => end;

    /// <summary>What is read from and written to: the socket, or TLS over it.</summary>
    public Stream Stream { get; set; } = new NetworkStream(socket);

    /// <summary>The next request, with its body if it says its length; nothing when there is none any more.</summary>
    public async Task<string?> ReadAsync()
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await Stream.ReadAsync(one, end) == 0) return null;
            text.Append((char)one[0]);
        }

        var head = text.ToString();
        var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return head;
        var body = new byte[int.Parse(head[(at + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture)];
        await Stream.ReadExactlyAsync(body, end);
        return head + Encoding.ASCII.GetString(body);
    }

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.ASCII.GetBytes(text), end).AsTask();

    /// <summary>Breaks off without a word of farewell.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Closes its side, and waits for the client's: what was sent is not lost to a reset.</summary>
    public Task FinishAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        return HangAsync();
    }

    /// <summary>Says nothing more, until the client goes.</summary>
    public async Task HangAsync()
    {
        var buffer = new byte[1024];
        while (await Stream.ReadAsync(buffer, end) > 0)
        {
            // What still comes is not listened to.
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }
}
