using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using BearerTools.Fleet;
using BearerTools.Http.Connecting;
using BearerTools.Tokens;

namespace BearerTools.Redis;

/// <summary>Finds out why a server cannot be connected to, step by step: the library says only that it cannot.</summary>
/// <param name="address">The address.</param>
/// <param name="place">The server, for messages.</param>
/// <param name="limit">How long each step may take.</param>
/// <param name="time">The clock for the dates of certificates.</param>
internal sealed class RedisProbe(FleetAddress address, string place, TimeSpan limit, TimeProvider time)
{
    private const byte TlsAlert = 0x15; // RFC 8446 section 5.1

    private static readonly byte[] s_ping = Encoding.ASCII.GetBytes("PING\r\n");

    /// <returns>The fault; <see langword="null"/> if a server has none that can be seen so.</returns>
    public async Task<BearerTokenException?> FindFaultAsync(CancellationToken cancel)
    {
        var faults = await Task.WhenAll(address.Hosts.Select(host => ProbeAsync(host, cancel))).ConfigureAwait(false);
        return faults.Contains(null) ? null : faults[0];
    }

    private async Task<BearerTokenException?> ProbeAsync(FleetHost host, CancellationToken cancel)
    {
        try
        {
            return address.IsTls
                ? await HandshakeAsync(host, cancel).ConfigureAwait(false)
                : OfPlain(host, await PingAsync(host, cancel).ConfigureAwait(false));
        }
        catch (SocketException e)
        {
            return RedisErrors.OfSocket(place, host, e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Silent(host);
        }
    }

    private BearerTokenException? OfPlain(FleetHost host, Reply reply) => reply switch
    {
        Reply.Redis => null,
        Reply.Closed => RedisErrors.Unavailable(
            place, "it closes a connection without TLS at once; it may require TLS", "Use rediss://, or the option ssl=true."),
        Reply.Other => RedisErrors.Unavailable(place, "the server at this port is not Redis", "Check the host and the port."),
        _ => Silent(host),
    };

    private async Task<BearerTokenException?> HandshakeAsync(FleetHost host, CancellationToken cancel)
    {
        CertificateException? rejected = null;
        Exception failure;
        try
        {
            using var client = await ConnectAsync(host, cancel).ConfigureAwait(false);
            using var scope = Limit(cancel);
            var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
            await using var open = stream.ConfigureAwait(false);
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = Name(host),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    if (errors == SslPolicyErrors.None) return true;
                    rejected = ServerCertificate.FaultOf(Name(host), certificate, chain, errors, time.GetUtcNow());
                    return false;
                },
            };
            await stream.AuthenticateAsClientAsync(options, scope.Token).ConfigureAwait(false);
            return await PingAsync(stream, cancel).ConfigureAwait(false) is Reply.Closed
                ? RedisErrors.Unavailable(
                    place,
                    "it closes the connection after the TLS handshake; it may require a client certificate",
                    "Set the environment variables SERedis_ClientCertPfxPath and SERedis_ClientCertPassword to the certificate's file "
                        + "and its password.")
                : null;
        }
        catch (Exception e) when (
            e is AuthenticationException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            failure = e;
        }

        if (rejected is not null) return RedisErrors.OfCertificate(place, rejected);
        return await PingAsync(host, cancel).ConfigureAwait(false) is Reply.Redis
            ? RedisErrors.Unavailable(
                place, "it has no TLS at this port", "Use the port for TLS, or redis:// without TLS if the network is trusted.")
            : RedisErrors.Unavailable(
                place, $"TLS failed: {failure.Message}", "Check the port, and that the server offers TLS 1.2 or later.", failure);
    }

    /// <summary>Sends PING without TLS.</summary>
    private async Task<Reply> PingAsync(FleetHost host, CancellationToken cancel)
    {
        using var client = await ConnectAsync(host, cancel).ConfigureAwait(false);
        return await PingAsync(client.GetStream(), cancel).ConfigureAwait(false);
    }

    private async Task<Reply> PingAsync(Stream stream, CancellationToken cancel)
    {
        using var scope = Limit(cancel);
        try
        {
            await stream.WriteAsync(s_ping, scope.Token).ConfigureAwait(false);
            var first = new byte[1];
            return await stream.ReadAsync(first, scope.Token).ConfigureAwait(false) == 0 ? Reply.Closed : (char)first[0] switch
            {
                '+' or '-' => Reply.Redis,
                (char)TlsAlert => Reply.Closed,
                _ => Reply.Other,
            };
        }
        catch (IOException)
        {
            // A server with TLS closes the connection.
            return Reply.Closed;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Reply.None;
        }
    }

    private async Task<TcpClient> ConnectAsync(FleetHost host, CancellationToken cancel)
    {
        var client = new TcpClient();
        try
        {
            using var scope = Limit(cancel);
            await client.ConnectAsync(Name(host), host.Port, scope.Token).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static string Name(FleetHost host) => host.Name.Trim('[', ']');

    private BearerTokenException Silent(FleetHost host) => RedisErrors.Unavailable(
        place,
        $"{host} does not respond within {TimeText.Seconds(limit)}",
        "Check that it runs, and that no firewall drops the connection.");

    private CancellationTokenSource Limit(CancellationToken cancel)
    {
        var scope = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        scope.CancelAfter(limit);
        return scope;
    }

    private enum Reply
    {
        None,
        Redis,
        Closed,
        Other,
    }
}
