using System.Net;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>A proxy given by its address. Equal, and so sharing a pool, if address and credentials are equal.</summary>
internal sealed class ExplicitProxy : IWebProxy, IEquatable<ExplicitProxy>
{
    private static readonly string[] s_schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private readonly Secret? _password;

    /// <exception cref="BearerRequestException">The address is not that of a proxy.</exception>
    public ExplicitProxy(Uri address, ICredentials? credentials = null)
    {
        if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || !s_schemes.Contains(address.Scheme)
            || !Origin.TryOf(address, out _))
        {
            throw new BearerRequestException(
                address.IsAbsoluteUri && address.UserInfo.Length > 0
                    ? "The proxy address must not contain a user name or password."
                    : "The proxy address is not valid.")
            {
                ErrorId = "ProxyRefused",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = $"Pass it in full, such as http://proxy.contoso.com:8080; supported schemes are {string.Join(", ", s_schemes)}. "
                    + "Pass user name and password with -ProxyCredential.",
            };
        }

        Address = address;
        Credentials = credentials;
        // Registers the password as a secret: a proxy may repeat it.
        if (credentials is NetworkCredential known) _password = new Secret(known.Password);
    }

    public Uri Address { get; }

    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination) => Address;

    public bool IsBypassed(Uri host) => false;

    public bool Equals(ExplicitProxy? other) =>
        other is not null
            && Address == other.Address
            && _password?.Reveal() == other._password?.Reveal()
            && AreSame(Credentials, other.Credentials);

    public override bool Equals(object? obj) => Equals(obj as ExplicitProxy);

    public override int GetHashCode() => Address.GetHashCode();

    /// <summary>Compares the contents: a PSCredential creates a new NetworkCredential each time.</summary>
    private static bool AreSame(ICredentials? one, ICredentials? other) => one is NetworkCredential a && other is NetworkCredential b
        ? a.UserName == b.UserName && a.Domain == b.Domain
        : Equals(one, other);
}
