using System.Globalization;
using System.Net;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Checks;

/// <summary>The steps from the host name to the server's clock.</summary>
/// <param name="steps">The checklist.</param>
/// <param name="address">The address of the request.</param>
/// <param name="options">How connections are made.</param>
/// <param name="probe">A connection that was tried.</param>
internal sealed class NetworkChecks(CheckSteps steps, Uri address, HandlerOptions options, NetworkProbe probe)
{
    /// <summary>A smaller difference harms nothing, and is within the accuracy of the Date header.</summary>
    private static readonly TimeSpan s_smallSkew = TimeSpan.FromSeconds(30);

    private static string SetClock => OperatingSystem.IsWindows() ? "w32tm /resync"
        : OperatingSystem.IsMacOS() ? "sudo sntp -sS time.apple.com"
        : "sudo timedatectl set-ntp true";

    private string ProxyName => probe.Proxy!.Place;

    private string Host => ServerText.Clean(address.IdnHost, 255);

    private string EndPoint => string.Create(CultureInfo.InvariantCulture, $"{Host}:{address.Port}");

    /// <summary>Tests the connection and fills the steps.</summary>
    public static async Task<NetworkProbe> RunAsync(
        CheckSteps steps, Uri address, CheckTarget target, TimeSpan limit, CancellationToken cancel)
    {
        var probe = new NetworkProbe(target.Options.Handlers, target.Services.Time);
        await probe.RunAsync(address, target.Options.Messages.UserAgent, limit, cancel).ConfigureAwait(false);
        new NetworkChecks(steps, address, target.Options.Handlers, probe).Fill(limit);
        return probe;
    }

    private void Fill(TimeSpan limit)
    {
        var broken = BrokenStep();
        AddName();
        if (broken == CheckSteps.NameResolution)
        {
            Break(broken, limit);
            return;
        }

        AddProxy();
        if (broken == CheckSteps.Proxy)
        {
            Break(broken, limit);
            return;
        }

        if (broken != CheckSteps.Tcp)
        {
            steps.Pass(CheckSteps.Tcp, $"{(probe.Proxy is null ? string.Empty : "proxy ")}{EndPointOf(probe)} in "
                + $"{TimeText.Milliseconds(probe.ConnectTime)}", probe.ConnectTime, Details(("EndPoint", EndPointOf(probe))));
            AddTls();
        }

        if (broken is not null) Break(broken, limit);
        else AddClock();
    }

    private string? BrokenStep()
    {
        if (probe.Proxy is not null && probe.Status == HttpStatusCode.ProxyAuthenticationRequired) return CheckSteps.Proxy;
        if (probe.HasTimedOut)
        {
            return probe.Reached switch
            {
                NetworkProbe.Stage.Lookup => probe.Proxy is null ? CheckSteps.NameResolution : CheckSteps.Proxy,
                NetworkProbe.Stage.Connect => probe.Proxy is null ? CheckSteps.Tcp : CheckSteps.Proxy,
                NetworkProbe.Stage.Secure when address.Scheme == Uri.UriSchemeHttps => CheckSteps.Tls,
                // The request itself will say that there is no response.
                _ => null,
            };
        }

        return probe.Fault?.ErrorId switch
        {
            null => null,
            "HostNotFound" => CheckSteps.NameResolution,
            "ProxyFailed" => CheckSteps.Proxy,
            "ConnectionTimeout" => probe.Proxy is null ? CheckSteps.Tcp : CheckSteps.Proxy,
            "HostUnreachable" => CheckSteps.Tcp,
            "TlsFailed" => CheckSteps.Tls,
            _ when probe.CertificateFault is not null && !options.SkipCertificateCheck => CheckSteps.Tls,
            _ => null,
        };
    }

    private void Break(string name, TimeSpan limit)
    {
        if (probe.Fault is { } fault)
        {
            var words = fault.ErrorId == "HostUnreachable"
                ? $"Connecting to {EndPoint} failed: {fault.Reason.TrimEnd('.')}."
                : Capitalized(fault.Reason);
            steps.Fail(name, words, words, fault.NextStep, fault.ErrorId);
        }
        else if (probe.HasTimedOut)
        {
            steps.Fail(
                name,
                $"no connection within {TimeText.Seconds(limit)}, half of -TimeoutSec",
                $"There was no connection within {TimeText.Seconds(limit)}, half of the time limit of the test.",
                name switch
                {
                    CheckSteps.Proxy => "Check the proxy and the network; -NoProxy connects without it.",
                    CheckSteps.Tls => "Check that the server speaks https at that address and port. -TimeoutSec allows more time.",
                    _ => "Check the address, the network, and any firewall or proxy. -TimeoutSec allows more time.",
                },
                "ConnectionTimeout");
        }
        else
        {
            steps.Fail(
                name,
                $"{ProxyName} {(probe.Proxy!.HasCredentials ? "rejects the credentials" : "requires credentials")} (407)",
                $"The proxy {ProxyName} responded with status 407: {probe.Proxy.CredentialFault}.",
                probe.Proxy.HasCredentials
                    ? $"{probe.Proxy.CredentialAdvice} -NoProxy connects without it."
                    : "Pass them with -ProxyCredential here and with your requests, or set them in the profile; -NoProxy connects "
                        + "without it.",
                "HttpStatus407");
        }
    }

    private void AddName()
    {
        if (probe.Proxy is not null) steps.Skip(CheckSteps.NameResolution, "left to the proxy");
        else if (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out _)) steps.Skip(CheckSteps.NameResolution, $"{Host} is an address");
        else steps.Pass(
            CheckSteps.NameResolution,
            $"{Host} is {string.Join(", ", probe.Addresses.Take(3))}{(probe.Addresses.Count > 3 ? ", …" : string.Empty)}",
            probe.LookupTime,
            Details(("Addresses", probe.Addresses.Select(each => each.ToString()).ToArray())));
    }

    private void AddProxy()
    {
        if (probe.Proxy is null)
        {
            steps.Skip(CheckSteps.Proxy, "none is used");
            return;
        }

        var origin = options.Proxy is not null ? "from -Proxy or the connection"
            : EnvironmentProxy.VariableFor(address) is { } variable ? $"from {variable}"
            : "from the system";
        steps.Pass(CheckSteps.Proxy, $"{ProxyName}, {origin}", details: Details(("Proxy", ProxyName), ("Origin", origin)));
    }

    private void AddTls()
    {
        if (address.Scheme != Uri.UriSchemeHttps)
        {
            steps.Skip(CheckSteps.Tls, "not used: the address is http");
            return;
        }

        if (probe.Certificate is not { } certificate) return;
        var details = Details(
            ("Version", probe.TlsVersion), ("CipherSuite", probe.CipherSuite), ("Names", ServerCertificate.NamesOf(certificate)),
            ("Issuer", ServerCertificate.IssuerOf(certificate)), ("NotBefore", certificate.NotBefore), ("NotAfter", certificate.NotAfter),
            ("Thumbprint", certificate.Thumbprint), ("Chain", probe.Chain.Select(subject => ServerText.Clean(subject, 200)).ToArray()));
        steps.Pass(
            CheckSteps.Tls,
            $"{probe.TlsVersion}, {ServerCertificate.NamesOf(certificate)}, until "
                + certificate.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            probe.TlsTime,
            details);
        if (probe.CertificateFault is { } fault && options.SkipCertificateCheck)
        {
            steps.Warn(
                CheckSteps.Tls,
                "the certificate is not valid; accepted because of -SkipCertificateCheck",
                Capitalized(fault.Message),
                fault.NextStep,
                details);
        }
    }

    private void AddClock()
    {
        if (probe.ServerAhead is not { } ahead)
        {
            steps.Skip(CheckSteps.Clock, "the server sent no date to compare with");
            return;
        }

        var details = Details(("ServerAhead", ahead));
        if (ahead.Duration() < s_smallSkew)
        {
            steps.Pass(CheckSteps.Clock, $"agrees with the server's to {TimeText.Seconds(Whole(ahead.Duration()))}", details: details);
            return;
        }

        var difference = $"{TimeText.Span(ahead.Duration())} {(ahead > TimeSpan.Zero ? "behind" : "ahead of")}";
        steps.Warn(
            CheckSteps.Clock,
            $"this machine is {difference} the server",
            $"This machine's clock is {difference} the clock of {Host}. Tokens, signed assertions and DPoP proofs seem to have "
                + "expired, or not to be valid yet, if the clocks differ by more than a few minutes.",
            $"Set this machine's clock: {SetClock}. If it is right, report the server's clock to the API's owner.",
            details);
    }

    /// <summary>Sockets of both families show IPv4 addresses as IPv6.</summary>
    private static string? EndPointOf(NetworkProbe probe) => probe.Connected is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : probe.Connected?.ToString();

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));

    private static string Capitalized(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static Dictionary<string, object?> Details(params (string Name, object? Value)[] details) =>
        details.ToDictionary(detail => detail.Name, detail => detail.Value);
}
