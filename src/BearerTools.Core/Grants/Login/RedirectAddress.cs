using System.Net;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// Where an authority sends the browser back to. On this machine without a port, any free one is taken, as RFC 8252
/// section 7.3 has it; with a port it is just that, letter by letter, for authorities that compare so.
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
        IsHere = address.Scheme == Uri.UriSchemeHttp;
        Port = _parts.Groups["port"] is { Success: true } port ? int.Parse(port.Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
        Path = address.AbsolutePath;
        Addresses = address.IdnHost == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : IsHere ? [IPAddress.Parse(address.IdnHost)] : [];
    }

    public static RedirectAddress Default { get; } = Parse("http://127.0.0.1/");

    public string Text { get; }

    /// <summary>Whether this machine can listen there. If not, only a person can bring the answer.</summary>
    public bool IsHere { get; }

    /// <summary>The port, or 0 for any.</summary>
    public int Port { get; }

    public string Path { get; }

    /// <summary>What to listen on: a browser may take <c>localhost</c> for either family.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <exception cref="BearerTokenException">No answer could be received there.</exception>
    public static RedirectAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0 || text.Contains('#', StringComparison.Ordinal) || !Origin.TryOf(address, out var origin))
            throw Invalid(text, "is not an absolute address without a fragment");
        if (!origin.IsSafe) throw Invalid(text, "is neither on this machine nor https");
        return new RedirectAddress(text, address);
    }

    /// <summary>The <c>redirect_uri</c>.</summary>
    public string At(int port) => !IsHere || Port != 0 ? Text : $"{_parts.Groups["host"].Value}:{port}{_parts.Groups["rest"].Value}";

    /// <summary>Whether a Host header names it: another one means that a page elsewhere had its name resolved to this machine.</summary>
    public bool IsHost(string? header, int port) =>
        string.Equals(header, $"{_host}:{port}", StringComparison.OrdinalIgnoreCase)
        || (port == 80 && string.Equals(header, _host, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^(?<host>https?://(?:\[[^\]]*\]|[^/?#:\[]*))(?::(?<port>[0-9]{1,5}))?(?<rest>.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>For a browser's answer that only a person could bring.</summary>
    public static BearerTokenException NotHere(RedirectAddress redirect) =>
        new($"Nothing on this machine can receive an answer at {ServerText.Clean(redirect.Text)}.")
        {
            ErrorId = "InvalidRedirectUri",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use -NoBrowser and paste the address that you are sent to, or give a redirect address on this machine.",
        };

    private static BearerTokenException Invalid(string text, string what) => new($"The redirect address '{ServerText.Clean(text)}' {what}.")
    {
        ErrorId = "InvalidRedirectUri",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Give one that is registered with the client, such as http://127.0.0.1/ (any port) or http://localhost:8400/callback.",
    };
}
