using System.Net;
using System.Net.Sockets;

namespace BearerTools.Security;

/// <summary>
/// Scheme, host and port (RFC 6454): what a token is bound to. Compared in the form that <see cref="Uri"/> normalizes to.
/// </summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>127.0.0.0/8, ::1 or localhost. The name is verified again when its connection is made.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// Whether it may lead to this machine or to its own wire: more than <see cref="IsLoopback"/>, which is what may be trusted.
    /// Systems connect 0.0.0.0 and :: to this machine, and resolvers answer names below localhost with loopback (RFC 6761
    /// section 6.3). Clouds serve a machine's credentials at link-local addresses.
    /// </summary>
    public bool MayBeThisMachine
    {
        get
        {
            var name = Host.AsSpan().TrimEnd('.');
            if (name.Equals("localhost", StringComparison.Ordinal) || name.EndsWith(".localhost", StringComparison.Ordinal)) return true;
            if (!IPAddress.TryParse(name.Trim("[]"), out var address)) return false;
            if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
                || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString().StartsWith("169.254.", StringComparison.Ordinal));
        }
    }

    /// <summary>169.254.0.0/16: the machine's own wire, where clouds answer for the machine's identity. No proxy leads there.</summary>
    public bool IsLinkLocal => Host.StartsWith("169.254.", StringComparison.Ordinal) && IPAddress.TryParse(Host, out _);

    /// <summary>Whether a secret may travel there: https, or plain http that never leaves this machine.</summary>
    public bool IsSafe => IsHttps || (Scheme == Uri.UriSchemeHttp && IsLoopback);

    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost.ToLowerInvariant(), address.Port);

    /// <summary>
    /// The same, unless its host is no name that can be asked for. A <see cref="Uri"/> may hold such too, with letters that no
    /// name may have (RFC 5892), some of which nobody sees.
    /// </summary>
    public static bool TryOf(Uri address, out Origin origin)
    {
        try
        {
            origin = Of(address);
            return true;
        }
        catch (UriFormatException)
        {
            origin = default;
            return false;
        }
    }

    public override string ToString() => new UriBuilder(Scheme, Host, Port).Uri.GetLeftPart(UriPartial.Authority);
}
