using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BearerTools.Sandbox.Raw;

/// <summary>Reads the requests of one connection, with their bodies.</summary>
internal sealed class RawRequest(Socket socket)
{
    private const string Length = "\r\nContent-Length: ";

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>Method and target of a request.</summary>
    public static string Line(string request) => request.IndexOf(" HTTP/", StringComparison.Ordinal) is >= 0 and var end ? request[..end] : request.Split('\r')[0];

    /// <summary>Target of a request.</summary>
    public static string Target(string request) => Line(request).Split(' ').ElementAtOrDefault(1) ?? string.Empty;

    /// <summary>The next request; <see langword="null"/> if the client closes the connection.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (End() is >= 0 and var end)
            {
                var text = Encoding.Latin1.GetString(_buffer, 0, end);
                _buffer.AsSpan(end, _length - end).CopyTo(_buffer);
                _length -= end;
                return text;
            }

            if (_length == _buffer.Length) return null;
            var read = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancel);
            if (read == 0) return null;
            _length += read;
        }
    }

    /// <summary>The number of bytes of the first request; negative if it is not complete.</summary>
    private int End()
    {
        var bytes = _buffer.AsSpan(0, _length);
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0) return -1;
        var text = Encoding.ASCII.GetString(bytes[..head]);
        head += 4;
        if (text.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return bytes[head..].IndexOf("0\r\n\r\n"u8) is >= 0 and var last ? head + last + 5 : -1;
        var at = text.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        var length = at < 0 ? 0 : int.Parse(text[(at + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
        return bytes.Length - head >= length ? head + length : -1;
    }
}
