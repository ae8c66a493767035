using System.Net;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>A proxy that was given by its address. Equal, and so of one pool, when address and credentials are.</summary>
internal sealed class ExplicitProxy : IWebProxy, IEquatable<ExplicitProxy>
{
    private static readonly string[] s_schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private readonly Secret? _password;

    /// <exception cref="BearerRequestException">It is no address of a proxy.</exception>
    public ExplicitProxy(Uri address, ICredentials? credentials = null)
    {
        if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || !s_schemes.Contains(address.Scheme))
        {
            throw new BearerRequestException("The address of the proxy is not one that can be used.")
            {
                ErrorId = "ProxyRefused",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = $"Give it in full, such as http://proxy.contoso.com:8080; the schemes are {string.Join(", ", s_schemes)}. A user and a password go into -ProxyCredential.",
            };
        }

        Address = address;
        Credentials = credentials;
        // Known as a secret from now on: a proxy may repeat it.
        if (credentials is NetworkCredential known) _password = new Secret(known.Password);
    }

    public Uri Address { get; }

    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination) => Address;

    public bool IsBypassed(Uri host) => false;

    public bool Equals(ExplicitProxy? other) => other is not null && Address == other.Address && _password?.Reveal() == other._password?.Reveal() && AreSame(Credentials, other.Credentials);

    public override bool Equals(object? obj) => Equals(obj as ExplicitProxy);

    public override int GetHashCode() => Address.GetHashCode();

    /// <summary>The same credential gives another object each time it is unpacked.</summary>
    private static bool AreSame(ICredentials? one, ICredentials? other) => one is NetworkCredential a && other is NetworkCredential b
        ? a.UserName == b.UserName && a.Domain == b.Domain
        : Equals(one, other);
}
