using System.Globalization;
using System.Text.RegularExpressions;

namespace BearerTools.Fleet;

/// <summary>
/// The address of a Redis server: <c>host:port</c>, a <c>redis://</c> or <c>rediss://</c> (TLS) address, several of them separated by
/// commas, or hosts and the options of StackExchange.Redis, such as <c>host:6380,ssl=true,user=ops,password=…</c>.
/// </summary>
internal sealed partial record FleetAddress
{
    private const int DefaultPort = 6379;
    private const int DefaultTlsPort = 6380;
    private const int MaxShown = 4;

    /// <summary>
    /// The options that the library knows. Others are refused here, because a name that is spelled wrong may be that of a password.
    /// </summary>
    private static readonly HashSet<string> s_options = new(StringComparer.OrdinalIgnoreCase)
    {
        "abortConnect", "allowAdmin", "asyncTimeout", "channelPrefix", "checkCertificateRevocation", "configChannel", "configCheckSeconds",
        "connectRetry", "connectTimeout", "defaultDatabase", "highIntegrity", "keepAlive", "name", "password", "protocol", "proxy",
        "resolveDns", "responseTimeout", "serviceName", "setlib", "ssl", "sslHost", "sslProtocols", "syncTimeout", "tieBreaker", "tunnel",
        "user", "version", "writeBuffer",
    };

    public required IReadOnlyList<FleetHost> Hosts { get; init; }

    public bool IsTls { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The number of the database, or <see langword="null"/> for that of the options.</summary>
    public int? Database { get; init; }

    /// <summary>The options of the library, separated by commas; empty if there are none. They may contain a password.</summary>
    public string Options { get; init; } = string.Empty;

    /// <summary>Hosts and ports, for messages.</summary>
    public string Shown => string.Join(", ", Hosts.Take(MaxShown)) + (Hosts.Count > MaxShown ? ", …" : string.Empty);

    /// <summary>True if a text may contain a user or a password. A host has no <c>@</c>.</summary>
    public static bool HasCredential(string text) => text.Contains('@', StringComparison.Ordinal) || Credentials().IsMatch(text);

    /// <param name="text">The text, which may contain a password.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="BearerTokenException">The text is not valid. The error does not quote it.</exception>
    public static FleetAddress Parse(string text, string place)
    {
        try
        {
            string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
            return parts.Any(part => part.Contains("//", StringComparison.Ordinal) && !Option().IsMatch(part))
                ? OfUris(parts)
                : OfHosts(parts);
        }
        catch (FormatException e)
        {
            throw Invalid(place, e.Message);
        }
    }

    /// <param name="place">Where the address stands.</param>
    /// <param name="reason">What is wrong with it, as a sentence that quotes none of it.</param>
    public static BearerTokenException Invalid(string place, string reason) =>
        new($"The address of the Redis server in {place} is not valid (it is not shown): {reason}")
        {
            ErrorId = "StoreConnectionInvalid",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use host:port, rediss://user:password@host:port, or the options of StackExchange.Redis: host:port,ssl=true,"
                + "user=NAME,password=PASSWORD.",
        };

    private static FleetAddress OfUris(string[] parts)
    {
        FleetAddress? all = null;
        List<FleetHost> hosts = [];
        foreach (var part in parts)
        {
            var match = Address().Match(part);
            if (!match.Success)
            {
                throw new FormatException(
                    Scheme().IsMatch(part)
                        ? "after the scheme, it must be user:password@host:port/database. Special characters in the user and the password "
                            + "must be percent-encoded, such as %40 for @ and %2C for a comma."
                        : "it must begin with rediss:// (TLS) or redis://; if there are several addresses, each of them.");
            }

            var one = new FleetAddress
            {
                Hosts = [],
                IsTls = match.Groups["tls"].Length > 0,
                User = Decoded(match.Groups["user"]),
                Password = Decoded(match.Groups["password"]),
                Database = match.Groups["database"].Length > 0 ? Number(match.Groups["database"], "database", int.MaxValue) : null,
            };
            hosts.Add(HostOf(match, DefaultPort));
            if (all is not null && one != all with { Hosts = one.Hosts })
                throw new FormatException("the addresses of several servers must have the same scheme, user, password and database.");
            all = one;
        }

        return all! with { Hosts = hosts };
    }

    private static FleetAddress OfHosts(string[] parts)
    {
        var options = parts.SkipWhile(part => !Option().IsMatch(part)).Where(part => part.Length > 0).ToArray();
        // What is neither a host nor an option may be the rest of a password with a comma.
        if (options.Any(part => !Option().IsMatch(part)))
            throw new FormatException("hosts must come before options, and no value may contain a comma.");
        if (options.Any(part => !s_options.Contains(part[..part.IndexOf('=', StringComparison.Ordinal)].TrimEnd())))
            throw new FormatException("it has an option that is not known.");
        var isTls = options.Any(part => Tls().IsMatch(part));
        var hosts = parts.TakeWhile(part => !Option().IsMatch(part)).Where(part => part.Length > 0).Select(part =>
        {
            var match = Host().Match(part);
            return match.Success ? HostOf(match, isTls ? DefaultTlsPort : DefaultPort)
                : throw new FormatException("it must be host:port, or begin with rediss:// (TLS) or redis://.");
        }).ToArray();
        if (hosts.Length == 0) throw new FormatException("it names no host.");
        return new FleetAddress { Hosts = hosts, IsTls = isTls, Options = string.Join(',', options) };
    }

    private static FleetHost HostOf(Match match, int port) => new(
        match.Groups["host"].Value, match.Groups["port"].Length > 0 ? Number(match.Groups["port"], "port", ushort.MaxValue) : port);

    private static int Number(Group group, string what, int most) =>
        int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException($"its {what} is not a valid number.");

    private static string? Decoded(Group group) => group.Length > 0 ? Uri.UnescapeDataString(group.Value) : null;

    [GeneratedRegex(@"(?:\A|,)\s*(?:password|user)\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"\A[a-z]+\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Option();

    [GeneratedRegex(@"\Assl\s*=\s*(?:true|1|yes|on|enabled)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tls();

    [GeneratedRegex(@"\Arediss?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(
        @"\A(?<host>\[[0-9a-f:.%]+\]|[\p{L}\p{N}._-]+)(?::(?<port>\d{1,5}))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Host();

    [GeneratedRegex(
        @"\Aredis(?<tls>s?)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[0-9a-f:.%]+\]|[\p{L}\p{N}._-]+)"
            + @"(?::(?<port>\d{1,5}))?(?:/(?<database>\d*))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}

/// <summary>One server of an address.</summary>
/// <param name="Name">A name or an IP address; an IPv6 address is in brackets.</param>
/// <param name="Port">The port.</param>
internal readonly record struct FleetHost(string Name, int Port)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Port}");
}
