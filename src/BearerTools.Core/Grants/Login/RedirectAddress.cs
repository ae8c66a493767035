using System.Net;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// A redirect URI. A loopback address without a port uses any free port (RFC 8252 section 7.3); with a port it is used
/// exactly as written, for authorities that compare strings.
/// </summary>
internal sealed partial class RedirectAddress
{
    private readonly Match _parts;
    private readonly string _host;

    private RedirectAddress(string text, Uri address)
    {
        Text = text;
        _host = address.Host;
        _parts = Parts().Match(text);
        IsLoopback = address.Scheme == Uri.UriSchemeHttp;
        Port = _parts.Groups["port"] is { Success: true } port
            ? int.Parse(port.Value, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        Path = address.AbsolutePath;
        Addresses = address.IdnHost == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : IsLoopback ? [IPAddress.Parse(address.IdnHost)]
            : [];
    }

    public static RedirectAddress Default { get; } = Parse("http://127.0.0.1/");

    public string Text { get; }

    /// <summary>True if this machine can listen at the address. If not, only the user can supply the response.</summary>
    public bool IsLoopback { get; }

    /// <summary>The port, or 0 for any free port.</summary>
    public int Port { get; }

    public string Path { get; }

    /// <summary>The addresses to listen on: a browser may resolve <c>localhost</c> to either address family.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <exception cref="BearerTokenException">No response could be received at the address.</exception>
    public static RedirectAddress Parse(string text)
    {
        if (!AddressParser.TryParse(text, out var address)
            || address.UserInfo.Length > 0
            || text.Contains('#', StringComparison.Ordinal)
            || !Origin.TryOf(address, out var origin))
            throw Invalid(text, "is not an absolute address without a fragment");
        if (!origin.IsSafe) throw Invalid(text, "is neither a loopback address nor https");
        return new RedirectAddress(text, address);
    }

    /// <summary>Returns the <c>redirect_uri</c> for a port.</summary>
    public string At(int port) => !IsLoopback || Port != 0 ? Text : $"{_parts.Groups["host"].Value}:{port}{_parts.Groups["rest"].Value}";

    /// <summary>Returns true if a Host header matches; another host indicates a DNS rebinding attack.</summary>
    public bool IsHost(string? header, int port) =>
        string.Equals(header, $"{_host}:{port}", StringComparison.OrdinalIgnoreCase)
        || (port == 80 && string.Equals(header, _host, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(
        @"^(?<host>https?://(?:\[[^\]]*\]|[^/?#:\[]*))(?::(?<port>[0-9]{1,5}))?(?<rest>.*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>The error for a response that only the user can supply.</summary>
    public static BearerTokenException NotLoopback(RedirectAddress redirect) =>
        new($"This machine cannot receive the response at {ServerText.Clean(redirect.Text)}.")
        {
            ErrorId = "InvalidRedirectUri",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use -NoBrowser and paste the address that the browser is redirected to, or use a loopback redirect address.",
        };

    private static BearerTokenException Invalid(string text, string what) => new($"The redirect address '{ServerText.Clean(text)}' {what}.")
    {
        ErrorId = "InvalidRedirectUri",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use one that is registered for the client, such as http://127.0.0.1/ (any port) or http://localhost:8400/callback.",
    };
}
