using System.Net;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>
/// Requests to loopback bypass the proxy unless the proxy was given explicitly and is on this machine too: plain-text requests to
/// 'localhost' must not leave the machine, and a remote proxy would take the name for itself. Requests to link-local addresses,
/// where clouds serve machine identities, bypass the system's proxy.
/// </summary>
internal sealed class ProxyBeyondLoopback(IWebProxy inner, bool mayServeLoopback) : IWebProxy
{
    public ICredentials? Credentials { get => inner.Credentials; set => inner.Credentials = value; }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : inner.GetProxy(destination);

    public bool IsBypassed(Uri host)
    {
        if (inner.IsBypassed(host)) return true;
        var origin = Origin.Of(host);
        if (origin.IsLinkLocal && !mayServeLoopback) return true;
        if (!origin.IsLoopback) return false;
        return !mayServeLoopback || inner.GetProxy(host) is not { } proxy || !Origin.TryOf(proxy, out var place) || !place.IsLoopback;
    }
}
