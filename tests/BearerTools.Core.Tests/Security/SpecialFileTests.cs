using System.Diagnostics;
using System.Net.Sockets;
using BearerTools.Http.Bodies;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Security;

public sealed class SpecialFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void FIFOs_devices_and_sockets_are_special_and_nothing_else_is()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.At("socket")));
        File.CreateSymbolicLink(_folder.At("link"), Fifo());

        Assert.All([_folder.At("fifo"), _folder.At("socket"), _folder.At("link"), "/dev/null"], path => Assert.True(SpecialFile.Is(path), path));
        Assert.All([_folder.Write("empty", []), _folder.Write("full", "x"u8), _folder.At("none"), _folder.At("")], path => Assert.False(SpecialFile.Is(path), path));
    }

    [UnixFact]
    public async Task A_FIFO_is_sent_in_chunks_and_once()
    {
        var fifo = Fifo();
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Http.Wire();
        var body = new FileBody(fifo, "text/plain");
        var writing = Task.Run(() => File.WriteAllText(fifo, new string('x', 100_000)));

        using var response = await wire.SendAsync(Http.Wire.Post(server.At("/"), body));

        Assert.False(body.CanReplay);
        Assert.Equal(100_000, Assert.Single(server.Requests).Body.Length);
        Assert.Equal("chunked", server.Requests[0].Headers["Transfer-Encoding"]);
        await writing.Soon();
    }

    [UnixFact]
    public async Task Sending_a_FIFO_without_a_writer_can_be_cancelled()
    {
        var fifo = Fifo();
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Http.Wire();
        using var stop = new CancellationTokenSource(300);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.SendAsync(Http.Wire.Post(server.At("/"), new FileBody(fifo, null)), stop.Token));
    }

    private string Fifo()
    {
        using var make = Process.Start("mkfifo", [_folder.At("fifo")]);
        make.WaitForExit();
        return _folder.At("fifo");
    }
}
