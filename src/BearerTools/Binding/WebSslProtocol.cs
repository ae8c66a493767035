using System.Security.Authentication;

namespace BearerTools;

#pragma warning disable CA1069 // Obsolete names map to the oldest version that is still secure, as in Invoke-RestMethod.

/// <summary>TLS versions, named as in Invoke-RestMethod. Several can be combined with commas.</summary>
[Flags]
public enum WebSslProtocol
{
    /// <summary>The versions that the system allows.</summary>
    Default = SslProtocols.None,

    /// <summary>TLS 1.0 is obsolete: TLS 1.2 is used.</summary>
    Tls = SslProtocols.Tls12,

    /// <summary>TLS 1.1 is obsolete: TLS 1.2 is used.</summary>
    Tls11 = SslProtocols.Tls12,

    /// <summary>TLS 1.2 (RFC 5246).</summary>
    Tls12 = SslProtocols.Tls12,

    /// <summary>TLS 1.3 (RFC 8446).</summary>
    Tls13 = SslProtocols.Tls13,
}
