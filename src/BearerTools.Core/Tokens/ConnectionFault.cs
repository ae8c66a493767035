using System.Security.Authentication;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>Why a server could not be reached, told apart as far as the runtime does, with what to do about it.</summary>
/// <param name="ErrorId">A stable name.</param>
/// <param name="Reason">A sentence without its beginning: <c>no host of the name x was found.</c></param>
/// <param name="NextStep">What to do next.</param>
internal sealed record ConnectionFault(string ErrorId, string Reason, string NextStep)
{
    private const string TrustTheAuthority =
        "If you trust who issued it, add that CA's certificate to this machine: on Debian and Ubuntu to /usr/local/share/ca-certificates, then run "
        + "update-ca-certificates (elsewhere on Linux: SSL_CERT_FILE or SSL_CERT_DIR); on Windows with Import-Certificate into Cert:\\CurrentUser\\Root; "
        + "on macOS in the keychain.";

    public BearerErrorKind Kind { get; private init; } = BearerErrorKind.Connection;

    /// <summary>Whether the connection is at fault, or what came over it: broken off, or not packed as it says.</summary>
    public static bool IsCause(Exception e) => e is HttpRequestException or IOException or InvalidDataException;

    public static ConnectionFault Of(Exception cause, string host) =>
        // No cancellation of a caller: the handler gave up connecting.
        cause is OperationCanceledException
            ? new("ConnectionTimeout", $"{host} takes too long to connect.", "Check the address, the network and any firewall or proxy.") { Kind = BearerErrorKind.Timeout }
            : cause.GetBaseException() is TimeoutException stall
            ? new("OperationTimeout", ServerText.Clean(stall.Message), "Ask again, or wait longer between two parts of an answer with -OperationTimeoutSeconds.") { Kind = BearerErrorKind.Timeout }
            // What is not packed as it says; the runtime's words on that are about files.
            : cause is InvalidDataException ? Malformed("it is not packed as its header Content-Encoding says.") : OfError(cause, host);

    /// <summary>The error of a token request.</summary>
    /// <param name="sentence">What could not be done, without its full stop.</param>
    /// <param name="cause">The exception of the runtime.</param>
    public BearerTokenException ToTokenException(string sentence, Exception cause) =>
        new($"{sentence}: {Reason}", cause) { ErrorId = ErrorId, Kind = Kind, NextStep = NextStep };

    private static ConnectionFault OfError(Exception cause, string host) =>
        ((cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError when IsOfProxy(cause, host) =>
                new("ProxyFailed", $"the proxy cannot be reached. {ServerText.Clean(cause.Message)}", "Check the proxy, be it a given one or that of HTTPS_PROXY, NO_PROXY or the system's setting."),
            HttpRequestError.NameResolutionError => new("HostNotFound", $"no host of the name {host} was found.",
                "Check the spelling of the host, the network, and whether a VPN is needed."),
            HttpRequestError.ConnectionError => new("HostUnreachable", Words(cause),
                "Check the address and its port, the network and any firewall or proxy."),
            HttpRequestError.ProxyTunnelError => new("ProxyFailed", $"the proxy did not let it through. {Words(cause)}",
                "Check the proxy (HTTPS_PROXY, NO_PROXY or the system's setting) and whether it asks for credentials."),
            HttpRequestError.SecureConnectionError => Tls(cause, host),
            HttpRequestError.InvalidResponse => Malformed(Words(cause)),
            HttpRequestError.ConfigurationLimitExceeded => new("HeadersTooLarge", $"the headers of the answer are larger than an answer may have. {Words(cause)}",
                "Tell whoever runs the API, or the proxy before it, what it sends there.") { Kind = BearerErrorKind.InvalidData },
            _ => new("ConnectionFailed", $"the connection broke. {Words(cause)}",
                "Try again; if it stays so, check the address, and whether it speaks https and the version of HTTP that was asked for."),
        };

    private static ConnectionFault Malformed(string why) =>
        new("MalformedResponse", $"the answer is not valid HTTP: {why}", "Check that the address and port speak http; if they do, tell whoever runs the API, or the proxy before it, what it sends there.") { Kind = BearerErrorKind.InvalidData };

    /// <summary>The runtime tells a refused certificate from other trouble only by the text, which it does not translate.</summary>
    private static ConnectionFault Tls(Exception cause, string host)
    {
        var reason = cause.GetBaseException();
        if (reason is not AuthenticationException || !reason.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase))
        {
            return new("TlsFailed", $"no secure connection could be agreed on. {Words(cause)}",
                "Check that the address and port speak https, and which TLS versions the server offers.");
        }

        var wrongName = reason.Message.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal);
        return new("CertificateNotTrusted", $"its certificate is not trusted. {Words(cause)}",
            wrongName ? $"It is for another name than {host}: check the host in the address. {TrustTheAuthority}" : TrustTheAuthority);
    }

    /// <summary>The runtime says where it could not connect in brackets at the end: to the host that was asked for, or to its proxy.</summary>
    private static bool IsOfProxy(Exception cause, string host)
    {
        var start = cause.Message.LastIndexOf(" (", StringComparison.Ordinal);
        if (start < 0 || !cause.Message.EndsWith(')')) return false;
        // Brackets are for the numbers of IPv6.
        var place = cause.Message.AsSpan(start + 2).TrimStart('[');
        return !(place.StartsWith(host, StringComparison.OrdinalIgnoreCase) && place[host.Length] is ':' or ']');
    }

    private static string Words(Exception cause) => ServerText.Clean(cause.GetBaseException().Message);
}
