using System.Net;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>
/// A proxy for everything but this machine: what is said to 'localhost' in plain text must not leave it, and a proxy
/// elsewhere would take the name for its own. One that was given, and runs on this machine itself, serves it too. Nor does
/// the system's proxy lead to the machine's own wire, where clouds answer for its identity.
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
        return !mayServeLoopback || inner.GetProxy(host) is not { } proxy || !Origin.Of(proxy).IsLoopback;
    }
}
