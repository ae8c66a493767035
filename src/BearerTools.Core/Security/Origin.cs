using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BearerTools.Security;

/// <summary>
/// Scheme, host and port (RFC 6454), which a token is bound to. Compared as <see cref="Uri"/> normalizes them.
/// </summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    private const int LongestLabel = 63;

    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>True for 127.0.0.0/8, ::1 and localhost. A name is verified again when the connection is made.</summary>
    public bool IsLoopback =>
        Host == "localhost" || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// True if the origin may lead to this machine or to its link-local network. This includes more than <see cref="IsLoopback"/>, which is
    /// trusted: systems connect 0.0.0.0 and :: to this machine, resolvers resolve names below localhost to loopback (RFC 6761 section 6.3),
    /// and clouds serve a machine's credentials at link-local addresses.
    /// </summary>
    public bool MayBeThisMachine
    {
        get
        {
            var name = Host.AsSpan().TrimEnd('.');
            if (name.Equals("localhost", StringComparison.Ordinal) || name.EndsWith(".localhost", StringComparison.Ordinal)) return true;
            if (!IPAddress.TryParse(name.Trim("[]"), out var address)) return false;
            if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.Equals(IPAddress.Any)
                || address.Equals(IPAddress.IPv6Any)
                || (address.AddressFamily == AddressFamily.InterNetwork
                    && address.ToString().StartsWith("169.254.", StringComparison.Ordinal));
        }
    }

    /// <summary>True for 169.254.0.0/16, where clouds serve the machine's identity. No proxy reaches it.</summary>
    public bool IsLinkLocal => Host.StartsWith("169.254.", StringComparison.Ordinal) && IPAddress.TryParse(Host, out _);

    /// <summary>True if a secret may be sent there: https, or plain http that stays on this machine.</summary>
    public bool IsSafe => IsHttps || (Scheme == Uri.UriSchemeHttp && IsLoopback);

    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost.ToLowerInvariant(), address.Port);

    /// <summary>
    /// The origin of an address. False if its host name cannot be resolved because it contains invalid characters (RFC 5892), some of them
    /// invisible, which <see cref="Uri"/> accepts, or that the conversion to ASCII turns into spaces and separators; or if nothing of the
    /// name is left without characters that <see cref="Uri"/> removes.
    /// </summary>
    public static bool TryOf(Uri address, out Origin origin)
    {
        try
        {
            origin = Of(address);
            if (IsPlain(origin.Host) || (IsHost(origin.Host) && AddressParser.TryBuild(origin.Parts, out _))) return true;
        }
        catch (Exception)
        {
            // Refused by the conversion to ASCII, or relative, or of a kind whose members throw (AddressParser).
        }

        origin = default;
        return false;
    }

    /// <summary>True for almost every name: labels of letters, digits and hyphens, which are valid when they are parsed again.</summary>
    private static bool IsPlain(string host)
    {
        if (host.Length is 0 or > LongestLabel) return false;
        var last = '.';
        foreach (var letter in host)
        {
            if (letter == '.' ? last == '.' : !(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')) return false;
            last = letter;
        }

        return true;
    }

    /// <summary>True if the text has only characters of host names and addresses (RFC 3986 section 3.2.2).</summary>
    private static bool IsHost(string host) => host.Length > 0 && host.All(letter =>
        char.IsAsciiLetterOrDigit(letter) || letter > '\x7f' || "-._~!$&'()*+,;=:%".Contains(letter, StringComparison.Ordinal));

    /// <summary>The address of the origin itself.</summary>
    public Uri Root => AddressParser.TryBuild(Parts, out var address) ? address
        : throw new InvalidOperationException($"'{Host}' is no host name.");

    private UriBuilder Parts => new(Scheme, Host, Port);

    public override string ToString() => AddressParser.TryBuild(Parts, out var address) ? address.GetLeftPart(UriPartial.Authority)
        : string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}");
}
