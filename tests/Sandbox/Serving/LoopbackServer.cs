using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace BearerTools.Sandbox.Serving;

/// <summary>A server on 127.0.0.1 that reads no settings of the machine and logs nothing.</summary>
internal static class LoopbackServer
{
    /// <summary>Requests that are still held then are cut off.</summary>
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromMilliseconds(200);

    /// <param name="unixSocket">The path of a Unix socket on which it listens too, with plain http.</param>
    /// <param name="stats">Counts the connections.</param>
    /// <param name="listens">The ports, 0 for any free one; each with TLS when it has a certificate.</param>
    public static WebApplication Build(string? unixSocket, SandboxStats? stats, params (int Port, X509Certificate2? Certificate)[] listens)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, UnattachedLifetime>();
        builder.WebHost.UseKestrelCore();
        if (listens.Any(listen => listen.Certificate is not null)) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var (port, certificate) in listens)
            {
                kestrel.Listen(IPAddress.Loopback, port, listen =>
                {
                    if (stats is not null) listen.Use(next => connection => CountedAsync(next, connection, stats));
                    if (certificate is null) return;
                    listen.UseHttps(certificate, https =>
                    {
                        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        https.AllowAnyClientCertificate();
                    });
                });
            }

            if (unixSocket is not null) kestrel.ListenUnixSocket(unixSocket);
        });
        return builder.Build();
    }

    private static async Task CountedAsync(ConnectionDelegate next, ConnectionContext connection, SandboxStats stats)
    {
        stats.Connected();
        try
        {
            await next(connection);
        }
        finally
        {
            stats.Disconnected();
        }
    }

    public static async Task StopSoonAsync(this WebApplication app)
    {
        using var timeout = new CancellationTokenSource(s_shutdownTimeout);
        await app.StopAsync(timeout.Token);
        await app.DisposeAsync();
    }
}
