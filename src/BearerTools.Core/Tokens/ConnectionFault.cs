using System.Globalization;
using System.Net;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>Why a server could not be reached, as specifically as the runtime reports it, with advice.</summary>
/// <param name="ErrorId">The error id.</param>
/// <param name="Reason">The end of a sentence, such as <c>the host name x could not be resolved.</c></param>
/// <param name="NextStep">Advice.</param>
internal sealed record ConnectionFault(string ErrorId, string Reason, string NextStep)
{
    private const string CheckSystemProxy =
        "Check the proxy: the one from HTTPS_PROXY (unless NO_PROXY excludes the host), or the system's setting.";

    private const string CheckProxy = "Check the proxy: the one from -Proxy or the connection, from HTTPS_PROXY (unless NO_PROXY excludes "
        + "the host), or the system's setting. -NoProxy connects without it.";

    private const string MayOpen =
        "Check the proxy (-Proxy, HTTPS_PROXY or the system's setting), and whether it may open that address.";

    public BearerErrorKind Kind { get; private init; } = BearerErrorKind.Connection;

    /// <summary>True if the exception is a connection fault: no connection, a broken one, or a response that cannot be decoded.</summary>
    public static bool IsCause(Exception e) => e is HttpRequestException or IOException or InvalidDataException;

    /// <param name="cause">The runtime's exception.</param>
    /// <param name="host">The requested host.</param>
    /// <param name="port">The requested port; <see langword="null"/> if unknown.</param>
    /// <param name="proxy">The proxy that the request used; <see langword="null"/> for none, or if unknown.</param>
    public static ConnectionFault Of(Exception cause, string host, int? port = null, UsedProxy? proxy = null)
    {
        // Not cancelled by the caller: the handler gave up connecting, or it cancelled a body whose connection was closed.
        if (cause is OperationCanceledException { InnerException: not TimeoutException }) return Broken("The server closed it.");
        if (cause is OperationCanceledException)
        {
            return new ConnectionFault(
                "ConnectionTimeout",
                proxy is null ? $"connecting to {host} timed out." : $"connecting to {NameOf(proxy)} timed out.",
                proxy is null ? "Check the address, the network and any firewall or proxy." : AdviceOf(proxy))
            {
                Kind = BearerErrorKind.Timeout,
            };
        }

        if (cause.GetBaseException() is TimeoutException stall)
        {
            return new ConnectionFault(
                "OperationTimeout",
                ServerText.Clean(stall.Message),
                "Try again, or allow more time between two parts of a response with -OperationTimeoutSeconds.")
            {
                Kind = BearerErrorKind.Timeout,
            };
        }

        // A response that cannot be decompressed; the runtime's message would be about files.
        return cause is InvalidDataException
            ? Malformed("its body is not encoded as its Content-Encoding header says.")
            : OfError(cause, host, port, proxy);
    }

    /// <summary>Creates the error of a token request.</summary>
    /// <param name="sentence">What failed, without a full stop.</param>
    /// <param name="cause">The runtime's exception.</param>
    public BearerTokenException ToTokenException(string sentence, Exception cause) =>
        new($"{sentence}: {Reason}", cause) { ErrorId = ErrorId, Kind = Kind, NextStep = NextStep };

    private static ConnectionFault OfError(Exception cause, string host, int? port, UsedProxy? proxy) =>
        cause.GetBaseException() is UnixSocketException socket ? new("HostUnreachable", socket.Reason, socket.NextStep) :
        ((cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                when proxy is not null || IsOfProxy(cause, host, port) =>
                new("ProxyFailed", $"{NameOf(proxy)} cannot be reached. {ServerText.Clean(cause.Message)}", AdviceOf(proxy)),
            HttpRequestError.NameResolutionError => new("HostNotFound", $"the host name {host} could not be resolved.",
                "Check the spelling of the host, the network, and whether a VPN is needed."),
            HttpRequestError.ConnectionError => new("HostUnreachable", MessageOf(cause),
                "Check the address and its port, the network and any firewall or proxy."),
            HttpRequestError.ProxyTunnelError => Refused(cause, proxy),
            // Behind a proxy, it may be the proxy that speaks no TLS, so that the address without TLS is no advice.
            HttpRequestError.SecureConnectionError => Through(proxy, Tls(cause, host, proxy is null ? port : null)),
            HttpRequestError.ResponseEnded => Through(
                proxy, Broken($"The server closed it before the response was complete: {MessageOf(cause)}")),
            HttpRequestError.InvalidResponse => Through(proxy, Malformed(MessageOf(cause))),
            HttpRequestError.ConfigurationLimitExceeded => Through(proxy, new(
                "HeadersTooLarge",
                $"the headers of the response are too large. {MessageOf(cause)}",
                "Report it to the owner of the API, or of the proxy in front of it.") { Kind = BearerErrorKind.InvalidData }),
            _ => Through(proxy, Broken(MessageOf(cause))),
        };

    /// <summary>The server, or the proxy in front of it: nobody can tell from the connection, which is one with the proxy.</summary>
    private static ConnectionFault Through(UsedProxy? proxy, ConnectionFault fault) => proxy is null ? fault
        : fault with { NextStep = $"{fault.NextStep} The request went through {proxy.Name}, which may be the cause." };

    private static ConnectionFault Refused(Exception cause, UsedProxy? proxy)
    {
        if (cause.GetBaseException() is ProxyTunnelException tunnel)
        {
            return new ConnectionFault("ProxyFailed", $"{NameOf(proxy)} {tunnel.Reason}", AdviceOf(proxy))
            {
                Kind = tunnel.IsHttp ? BearerErrorKind.Connection : BearerErrorKind.InvalidData,
            };
        }

        // The runtime's message names the proxy again, and ends with stray punctuation.
        var status = cause is HttpRequestException refusal ? ProxyStatus.Of(refusal) : null;
        if (status is null) return new("ProxyFailed", $"{NameOf(proxy)} refused the connection. {MessageOf(cause)}", MayOpen);
        var reason = string.Create(CultureInfo.InvariantCulture, $"{NameOf(proxy)} refused the connection with status {(int)status}");
        return status != HttpStatusCode.ProxyAuthenticationRequired ? new("ProxyFailed", $"{reason}.", MayOpen)
            : proxy is null ? new("ProxyFailed", $"{reason}.", CheckSystemProxy)
            : new("ProxyFailed", $"{reason}: {proxy.CredentialFault}.", proxy.CredentialAdvice);
    }

    private static string AdviceOf(UsedProxy? proxy) => proxy is null or { IsOfSystem: true } ? CheckSystemProxy : CheckProxy;

    private static string NameOf(UsedProxy? proxy) => proxy?.Name ?? "the proxy";

    private static ConnectionFault Broken(string why) =>
        new("ConnectionFailed", $"the connection was lost. {why}",
            "Try again. If the error persists, check the address, and whether the server supports https and the requested HTTP "
                + "version.");

    private static ConnectionFault Malformed(string why) =>
        new(
            "MalformedResponse",
            $"the response is not valid HTTP: {why}",
            "Check that the server speaks http at that address and port. If it does, report the error to the owner of the API, or of the "
                + "proxy in front of it.")
        {
            Kind = BearerErrorKind.InvalidData,
        };

    private static ConnectionFault Tls(Exception cause, string host, int? port)
    {
        if (cause.GetBaseException() is CertificateException rejected) return new(rejected.ErrorId, rejected.Message, rejected.NextStep);
        // What the runtime says about a first record that is none of TLS.
        if (port is { } known && cause.GetBaseException().Message.Contains("frame size", StringComparison.Ordinal))
        {
            var plain = ServerText.Clean(new Origin(Uri.UriSchemeHttp, host, known).ToString());
            return new("TlsFailed", string.Create(
                CultureInfo.InvariantCulture, $"the TLS handshake failed: the server at port {known} responds without TLS."),
                $"Check the port, because it does not speak https. If it is the right one, use {plain}.");
        }

        return new("TlsFailed", $"the TLS handshake failed. {MessageOf(cause)}",
            "Check that the server speaks https at that address and port, and which TLS versions it supports.");
    }

    /// <summary>The runtime appends the endpoint that it could not connect to in brackets: the requested host, or the proxy.</summary>
    private static bool IsOfProxy(Exception cause, string host, int? port)
    {
        var start = cause.Message.LastIndexOf(" (", StringComparison.Ordinal);
        if (start < 0 || !cause.Message.EndsWith(')')) return false;
        // IPv6 addresses have brackets of their own.
        var place = cause.Message.AsSpan(start + 2).TrimStart('[');
        if (!place.StartsWith(host.AsSpan().Trim("[]"), StringComparison.OrdinalIgnoreCase)) return true;
        // The proxy may be on the same machine.
        var rest = place[host.AsSpan().Trim("[]").Length..].TrimStart(']');
        if (!rest.StartsWith(":")) return true;
        return port is { } known && !rest[1..].TrimEnd(')').SequenceEqual(known.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The runtime appends its own name of the fault to some messages.</summary>
    private static string MessageOf(Exception cause)
    {
        var root = cause.GetBaseException();
        var end = root is HttpIOException known ? $" ({known.HttpRequestError})" : string.Empty;
        var isEnd = end.Length > 0 && root.Message.EndsWith(end, StringComparison.Ordinal);
        return ServerText.Clean(isEnd ? root.Message[..^end.Length] : root.Message);
    }
}
