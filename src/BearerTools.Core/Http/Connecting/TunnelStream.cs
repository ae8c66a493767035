using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http.Connecting;

/// <summary>
/// The connection to a proxy on which a tunnel is opened (RFC 9110 section 9.3.6). Until the head of the proxy's response is complete, a
/// fault is one of the proxy; the runtime would report it as a fault of the server behind it. After that, all bytes pass unchanged.
/// </summary>
/// <param name="inner">The connection.</param>
internal sealed class TunnelStream(Stream inner) : ConnectionStream(inner)
{
    private int _matched;  // bytes of the response's beginning
    private int _length;   // bytes of the current line
    private bool _hasHead;

    private static ReadOnlySpan<byte> Beginning => "HTTP/"u8;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _hasHead ? Inner.ReadAsync(buffer, cancellationToken) : ReadHeadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _hasHead ? Inner.WriteAsync(buffer, cancellationToken) : AskAsync(buffer, cancellationToken);

    private async ValueTask<int> ReadHeadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        int read;
        try
        {
            read = await Inner.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Lost(e);
        }

        // A read without room only waits for data.
        if (read == 0 && buffer.Length > 0)
            throw new ProxyTunnelException("closed the connection before it had responded to the request for a tunnel (CONNECT).");
        Follow(buffer.Span[..read]);
        return read;
    }

    private async ValueTask AskAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            await Inner.WriteAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Lost(e);
        }
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        foreach (var c in bytes)
        {
            if (_matched < Beginning.Length)
            {
                if (c != Beginning[_matched++])
                    throw new ProxyTunnelException("did not respond in HTTP to the request for a tunnel (CONNECT).", isHttp: false);
            }

            if (c == '\n')
            {
                _hasHead = _length == 0;
                _length = 0;
            }
            else if (c != '\r') _length++;

            if (_hasHead) return;
        }
    }

    private static ProxyTunnelException Lost(IOException cause) =>
        new($"closed the connection during the request for a tunnel (CONNECT). {ServerText.Clean(cause.GetBaseException().Message)}");
}
