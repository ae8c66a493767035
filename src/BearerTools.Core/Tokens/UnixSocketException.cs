using System.Net.Sockets;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>A Unix socket could not be connected to. The runtime's own message does not name it, and speaks of an address.</summary>
internal sealed class UnixSocketException : IOException
{
    /// <param name="place">The socket.</param>
    /// <param name="cause">The runtime's exception.</param>
    public UnixSocketException(UnixDomainSocketEndPoint place, SocketException cause) : base(cause.Message)
    {
        var path = place.ToString();
        // The names of abstract sockets begin with '@', and are no files.
        var isFile = !path.StartsWith('@');
        var isMissing = isFile && !Path.Exists(path);
        var other = !isFile || isMissing ? null : OtherKind(path);
        var shown = ServerText.Clean(path, 200);
        var name = $"the Unix socket '{shown}'";
        (Reason, NextStep) = cause.SocketErrorCode switch
        {
            SocketError.AccessDenied => ($"{name} does not admit this user.", "Run as a user who has the right to write to the socket."),
            _ when isMissing => ($"{name} does not exist.", "Check the path of -UnixSocket, and that the service has started."),
            _ when other is not null => ($"'{shown}' is {other}, not a Unix socket.", "Pass the path of the socket with -UnixSocket."),
            SocketError.ConnectionRefused => ($"no service listens on {name}.", "Start the service, or check the path of -UnixSocket."),
            _ => ($"{name} cannot be used. {ServerText.Clean(cause.Message)}", "Check the path of -UnixSocket, and its service."),
        };
    }

    public string Reason { get; }

    public string NextStep { get; }

    /// <summary>What is at the path instead of a socket, with its article; <see langword="null"/> for a special file.</summary>
    private static string? OtherKind(string path) =>
        Directory.Exists(path) ? "a folder" : SpecialFile.Is(Path.GetFullPath(path)) ? null : "a file";
}
