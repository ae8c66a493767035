using System.Security.Authentication;

namespace BearerTools;

#pragma warning disable CA1069 // Names of old that mean the oldest that is still good, as for Invoke-RestMethod.

/// <summary>The versions of TLS by the names of Invoke-RestMethod; some may be joined with a comma.</summary>
[Flags]
public enum WebSslProtocol
{
    /// <summary>What the system allows.</summary>
    Default = SslProtocols.None,

    /// <summary>TLS 1.0 is obsolete: this means TLS 1.2.</summary>
    Tls = SslProtocols.Tls12,

    /// <summary>TLS 1.1 is obsolete: this means TLS 1.2.</summary>
    Tls11 = SslProtocols.Tls12,

    /// <summary>TLS 1.2 (RFC 5246).</summary>
    Tls12 = SslProtocols.Tls12,

    /// <summary>TLS 1.3 (RFC 8446).</summary>
    Tls13 = SslProtocols.Tls13,
}
