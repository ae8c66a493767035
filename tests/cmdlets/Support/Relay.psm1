# A relay of TCP connections to a server, which can be taken away: connections are then refused, and open ones end.

Add-Type -TypeDefinition @'
using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

public sealed class TestRelay : IDisposable
{
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly int _target;
    private TcpListener _listener;

    public TestRelay(int target)
    {
        _target = target;
        Start(0);
    }

    public int Port { get; private set; }

    public void Down()
    {
        _listener.Stop();
        foreach (var socket in _open.Keys) socket.Dispose();
        _open.Clear();
    }

    public void Up() => Start(Port);

    public void Dispose() => Down();

    private void Start(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            _open[client] = _open[server] = true;
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            foreach (var socket in new[] { client, server })
            {
                _open.TryRemove(socket, out _);
                socket.Dispose();
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16384];
            for (int read; (read = await from.ReceiveAsync(buffer, SocketFlags.None)) > 0;)
                await to.SendAsync(buffer.AsMemory(0, read), SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
'@

# Starts one to a server, given as its address. Port is that of the relay; Down and Up take it away and bring it back.
function New-Relay([uri] $Target) { [TestRelay]::new($Target.Port) }
