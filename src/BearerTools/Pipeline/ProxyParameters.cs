using System.Management.Automation;
using System.Net;
using BearerTools.Http.Connecting;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Pipeline;

/// <summary>Reads the proxy parameters, for all cmdlets that have them.</summary>
internal static class ProxyParameters
{
    /// <returns>The proxy, or <see langword="null"/> if none is given.</returns>
    /// <exception cref="BearerRequestException">The parameters cannot be combined, or the address is not a proxy address.</exception>
    public static ExplicitProxy? Create(Uri? address, PSCredential? credential, bool asCurrentUser, bool noProxy)
    {
        if (noProxy && (address ?? (object?)credential) is not null)
            throw Conflict("-NoProxy cannot be combined with -Proxy or -ProxyCredential.", "Use only one of them.");
        if (asCurrentUser && credential is not null)
            throw Conflict("-ProxyCredential cannot be combined with -ProxyUseDefaultCredentials.", "Use only one of them.");
        if (address is null && (asCurrentUser || credential is not null))
            throw Conflict("Proxy credentials need -Proxy.", "Pass the proxy's address with -Proxy.");
        return address is null
            ? null
            : new ExplicitProxy(address, asCurrentUser ? CredentialCache.DefaultCredentials : credential?.GetNetworkCredential());
    }
}
