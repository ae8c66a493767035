using System.Security.Authentication;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>What can go wrong on the way to an authority, before it has said anything of use.</summary>
internal static class BackchannelErrors
{
    private const string TrustTheAuthority =
        "If you trust who issued it, add that CA's certificate to this machine: on Debian and Ubuntu to /usr/local/share/ca-certificates, then run "
        + "update-ca-certificates (elsewhere on Linux: SSL_CERT_FILE or SSL_CERT_DIR); on Windows with Import-Certificate into Cert:\\CurrentUser\\Root; "
        + "on macOS in the keychain. The check is never skipped where credentials are sent.";

    public static BearerTokenException Redirect(string sender, HttpResponseMessage response)
    {
        var target = response.Headers.Location is { } location ? $" to {ShowLocation(location)}" : string.Empty;
        return new BearerTokenException($"{sender} answered {(int)response.StatusCode}, a redirect{target}. Requests with credentials follow no redirects.")
        {
            ErrorId = "UnexpectedRedirect",
            Kind = BearerErrorKind.Security,
            StatusCode = response.StatusCode,
            NextStep = "If you trust the address it names, give that one instead.",
        };
    }

    public static BearerTokenException Timeout(string sender, TimeSpan limit) =>
        new($"{sender} did not answer within {limit.TotalSeconds:0.###} seconds.")
        {
            ErrorId = "AuthorityTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = "Check the address, the network and any proxy, or try again later.",
        };

    public static BearerTokenException TooLarge(string sender, int limit) =>
        new($"{sender} answered with more than {limit:N0} bytes, so reading was ended.")
        {
            ErrorId = "AnswerTooLarge",
            Kind = BearerErrorKind.InvalidData,
            NextStep = "Check the address: it seems to be something else than what it was taken for.",
        };

    public static BearerTokenException Connection(string sender, Uri address, Exception cause)
    {
        var error = (cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError;
        return error switch
        {
            HttpRequestError.NameResolutionError => Failed(cause, "HostNotFound", $"{sender} could not be reached: no host of the name {address.IdnHost} was found.",
                "Check the spelling of the host, the network, and whether a VPN is needed."),
            HttpRequestError.ConnectionError => Failed(cause, "HostUnreachable", $"{sender} could not be reached: {Reason(cause)}",
                "Check the address and its port, the network and any firewall or proxy."),
            HttpRequestError.ProxyTunnelError => Failed(cause, "ProxyFailed", $"{sender} could not be reached through the proxy: {Reason(cause)}",
                "Check the proxy (HTTPS_PROXY, NO_PROXY or the system's setting) and whether it asks for credentials."),
            HttpRequestError.SecureConnectionError => Tls(sender, address, cause),
            _ => Failed(cause, "ConnectionFailed", $"The connection to {char.ToLowerInvariant(sender[0])}{sender[1..]} broke: {Reason(cause)}",
                "Try again; if it stays so, check the address, and whether it speaks https."),
        };
    }

    /// <summary>The runtime tells a refused certificate from other trouble only by the text, which it does not translate.</summary>
    private static BearerTokenException Tls(string sender, Uri address, Exception cause)
    {
        var reason = cause.GetBaseException();
        if (reason is not AuthenticationException || !reason.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase))
        {
            return Failed(cause, "TlsFailed", $"{sender} could not be reached: no secure connection could be agreed on. {Reason(cause)}",
                "Check that the address and port speak https, and which TLS versions the server offers.");
        }

        var wrongName = reason.Message.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal);
        return Failed(cause, "CertificateNotTrusted", $"{sender} could not be reached: its certificate is not trusted. {Reason(cause)}",
            wrongName ? $"It is for another name than {address.IdnHost}: check the host in the address. {TrustTheAuthority}" : TrustTheAuthority);
    }

    private static BearerTokenException Failed(Exception cause, string id, string message, string nextStep) =>
        new(message, cause) { ErrorId = id, Kind = BearerErrorKind.Connection, NextStep = nextStep };

    private static string Reason(Exception cause) => ServerText.Clean(cause.GetBaseException().Message);

    private static string ShowLocation(Uri location) =>
        location.IsAbsoluteUri ? OAuthBackchannel.Show(location) : ServerText.Clean(location.OriginalString.Split('?', '#')[0]);
}
