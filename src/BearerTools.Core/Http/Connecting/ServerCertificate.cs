using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http.Connecting;

/// <summary>
/// Says why a server's certificate is rejected. The runtime decides; it would give only the names of chain statuses, and call a certificate
/// that has expired or is for another host invalid.
/// </summary>
internal static class ServerCertificate
{
    private const int MaxNames = 4;

    private const X509ChainStatusFlags Untrusted =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid
        | X509ChainStatusFlags.ExplicitDistrust;

    /// <summary>The callback of TLS handshakes. It accepts exactly what the runtime accepts.</summary>
    /// <exception cref="CertificateException">The runtime rejects the certificate.</exception>
    public static bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, TimeProvider time) =>
        errors == SslPolicyErrors.None ? true : throw FaultOf(HostOf(sender), certificate, chain, errors, time.GetUtcNow());

    /// <summary>The host that a handshake is for.</summary>
    public static string HostOf(object sender) => sender is SslStream stream ? stream.TargetHostName : string.Empty;

    /// <summary>Why the certificate is rejected; all reasons are named, and the first determines the error id.</summary>
    public static CertificateException FaultOf(
        string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (certificate is not X509Certificate2 own)
            return new CertificateException(
                CertificateException.NotTrusted,
                "the server presented no certificate.",
                "Check that the server speaks https at that port.");
        List<CertificateException> faults = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null) AddTimes(faults, own, chain, now);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) faults.Add(WrongName(host, own));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && OfChain(own, chain, faults.Count > 0) is { } fault)
            faults.Add(fault);
        var first = faults[0];
        if (faults.Count == 1) return first;
        var reasons = string.Join(" Also, ", faults.Select(each => each.Message));
        return new CertificateException(first.ErrorId, reasons, string.Join(' ', faults.Select(each => each.NextStep)));
    }

    /// <summary>The host names that the certificate is for, shortened.</summary>
    public static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } alternative
            ? alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(address => address.ToString())).ToArray()
            : [];
        if (names.Length == 0) names = [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
        var shown = string.Join(", ", names.Take(MaxNames).Select(name => ServerText.Clean(name, 100)));
        return names.Length > MaxNames ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {names.Length - MaxNames} more") : shown;
    }

    /// <summary>The name of the certificate's issuer.</summary>
    public static string IssuerOf(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        return ServerText.Clean(name.Length > 0 ? name : certificate.Issuer, 100);
    }

    private static void AddTimes(List<CertificateException> faults, X509Certificate2 own, X509Chain chain, DateTimeOffset now)
    {
        foreach (var element in chain.ChainElements)
        {
            if (!element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))) continue;
            var it = element.Certificate;
            var which = it.RawData.AsSpan().SequenceEqual(own.RawData)
                ? "its certificate"
                : $"the certificate of its issuer '{ServerText.Clean(it.GetNameInfo(X509NameType.SimpleName, forIssuer: false), 100)}'";
            faults.Add(it.NotAfter.ToUniversalTime() < now.UtcDateTime
                ? new CertificateException(
                    CertificateException.Expired,
                    $"{which} expired at {TimeText.Of(it.NotAfter)}.",
                    $"The server's owner has to renew it. If that date has not passed, correct this machine's clock: it says "
                        + $"{TimeText.Of(now)}.")
                : new CertificateException(
                    CertificateException.NotYetValid,
                    $"{which} is not valid before {TimeText.Of(it.NotBefore)}.",
                    $"Check this machine's clock: it says {TimeText.Of(now)}. If it is right, report the certificate to the server's "
                        + "owner."));
            return;
        }
    }

    private static CertificateException WrongName(string host, X509Certificate2 own)
    {
        var name = ServerText.Clean(host, 255);
        return new CertificateException(
            CertificateException.WrongName,
            $"its certificate is for {NamesOf(own)}, not for {name}.",
            IPAddress.TryParse(host, out _)
                ? "Use the host name that the certificate is for, not the IP address."
                : $"Check the host in the address. If {name} is right, another server, or a proxy, responds in its place.");
    }

    /// <param name="own">The certificate.</param>
    /// <param name="chain">Its chain.</param>
    /// <param name="isExplained">True if there is another reason, so that only a lack of trust is added.</param>
    private static CertificateException? OfChain(X509Certificate2 own, X509Chain? chain, bool isExplained)
    {
        var status = X509ChainStatusFlags.NoError;
        foreach (var each in chain?.ChainStatus ?? []) status |= each.Status;
        if (status.HasFlag(X509ChainStatusFlags.Revoked))
            return new CertificateException(
                CertificateException.Revoked, "its certificate was revoked by its issuer.", "Report it to the server's owner.");
        var isUntrusted = (status & Untrusted) != 0;
        if (!isUntrusted && isExplained) return null;
        return new CertificateException(
            CertificateException.NotTrusted,
            isUntrusted ? $"its certificate is not trusted: {WhyUntrusted(own)}." : $"its certificate is not trusted ({status}).",
            CertificateException.TrustTheAuthority);
    }

    private static string WhyUntrusted(X509Certificate2 own) =>
        own.SubjectName.RawData.AsSpan().SequenceEqual(own.IssuerName.RawData)
            ? "it is self-signed"
            : $"this machine does not trust its issuer '{IssuerOf(own)}', or the server does not send the certificates in between";
}
