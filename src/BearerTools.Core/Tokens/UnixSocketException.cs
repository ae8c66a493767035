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
        var isMissing = !path.StartsWith('@') && !File.Exists(path);
        var name = $"the Unix socket '{ServerText.Clean(path, 200)}'";
        (Reason, NextStep) = cause.SocketErrorCode switch
        {
            SocketError.AccessDenied => ($"{name} does not admit this user.", "Run as a user who has the right to write to the socket."),
            _ when isMissing => ($"{name} does not exist.", "Check the path of -UnixSocket, and that the service has started."),
            SocketError.ConnectionRefused => ($"no service listens on {name}.", "Start the service, or check the path of -UnixSocket."),
            _ => ($"{name} cannot be used. {ServerText.Clean(cause.Message)}", "Check the path of -UnixSocket, and its service."),
        };
    }

    public string Reason { get; }

    public string NextStep { get; }
}
