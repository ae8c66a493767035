namespace BearerTools.Tokens;

/// <summary>
/// A proxy did not respond to the request for a tunnel as HTTP requires. Nothing was sent to the server behind it.
/// </summary>
/// <param name="reason">What it did, as the end of a sentence that begins with its name.</param>
/// <param name="isHttp">False if it responded with something else than HTTP, which it would do again.</param>
internal sealed class ProxyTunnelException(string reason, bool isHttp = true) : HttpIOException(HttpRequestError.ProxyTunnelError, reason)
{
    public string Reason { get; } = reason;

    public bool IsHttp { get; } = isHttp;
}
