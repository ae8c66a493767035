using System.Text;

namespace BearerTools.Grants.Login;

/// <summary>The request line and host of an HTTP/1.1 request (RFC 9112), as far as a redirect needs them.</summary>
internal sealed record LoopbackRequest(string Method, string Path, string Query, string? Host)
{
    private const int LargestHead = 32 * 1024;

    /// <summary>
    /// Reads a request; returns <see langword="null"/> if the connection ends first or the data is not a valid request.
    /// </summary>
    public static async Task<LoopbackRequest?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[LargestHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0) return null;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return Parse(Encoding.ASCII.GetString(buffer, 0, end));
        }

        return null;
    }

    private static LoopbackRequest? Parse(string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..] target, ['H', 'T', 'T', 'P', '/', '1', '.', _]]) return null;
        var hosts = lines.Skip(1).Where(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)).ToArray();
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return new LoopbackRequest(
            method,
            question < 0 ? target : target[..question],
            question < 0 ? string.Empty : target[(question + 1)..],
            hosts is [var host] ? host["Host:".Length..].Trim() : null);
    }
}
