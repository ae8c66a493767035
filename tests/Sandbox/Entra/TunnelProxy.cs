using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BearerTools.Sandbox.Entra;

/// <summary>
/// A proxy on loopback that leads real names to the stand-in: tunnels (RFC 9110 section 9.3.6) to its TLS, requests for the
/// metadata service to its plain http. Everything else is refused and noted, so that nothing leaves the machine unseen.
/// </summary>
internal sealed class TunnelProxy : IAsyncDisposable
{
    private const int LargestHead = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly EntraLog _log;
    private readonly int _securePort;
    private readonly int _plainPort;
    private readonly Task _accepting;

    public TunnelProxy(EntraLog log, int securePort, int plainPort)
    {
        (_log, _securePort, _plainPort) = (log, securePort, plainPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[LargestHead];
            var length = await ReadHeadAsync(stream, buffer);
            var line = Encoding.ASCII.GetString(buffer, 0, length).Split('\r')[0].Split(' ');
            if (line is ["CONNECT", var target, _] && IsSecure(target))
            {
                _log.Tunnel(target.Split(':')[0]);
                await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _end.Token);
                await RelayAsync(stream, _securePort, ReadOnlyMemory<byte>.Empty);
            }
            else if (line is [_, var address, _] && Uri.TryCreate(address, UriKind.Absolute, out var plain) && plain is { Scheme: "http", Host: EntraHosts.Metadata })
            {
                _log.Tunnel(plain.Host);
                await RelayAsync(stream, _plainPort, AskedOnce(buffer, length));
            }
            else
            {
                _log.Refuse(line.Length > 1 ? line[1] : "nothing that can be read");
                await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }

    private static bool IsSecure(string target) => target.Split(':') is [var host, "443"] && EntraHosts.Secure.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>The next request on the connection may be for anywhere: there is none.</summary>
    private static byte[] AskedOnce(byte[] buffer, int length)
    {
        var lineEnd = buffer.AsSpan(0, length).IndexOf("\r\n"u8);
        return [.. buffer[..lineEnd], .. "\r\nConnection: close"u8, .. buffer[lineEnd..length]];
    }

    private async Task<int> ReadHeadAsync(NetworkStream stream, byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), _end.Token);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0) break;
        }
        return length;
    }

    private async Task RelayAsync(NetworkStream client, int port, ReadOnlyMemory<byte> first)
    {
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, port, _end.Token);
        var stream = server.GetStream();
        await stream.WriteAsync(first, _end.Token);
        // When either side ends, both do: the using above closes what is left.
        await Task.WhenAny(client.CopyToAsync(stream, _end.Token), stream.CopyToAsync(client, _end.Token));
    }
}
