using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace BearerTools.Tests.Support;

/// <summary>A server on a real socket of this machine that sends the responses a test sets, and records its requests.</summary>
internal sealed class OddServer : IAsyncDisposable
{
    private static readonly CancellationToken s_atOnce = new(canceled: true);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _requests = new();

    private OddServer(WebApplication app) => _app = app;

    /// <summary>Such as <c>http://127.0.0.1:40123</c>, without a slash at the end.</summary>
    public string Address { get; private set; } = string.Empty;

    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    public Uri At(string path) => new(Address + path);

    /// <param name="response">Responds to every request.</param>
    /// <param name="certificate">What it serves https with.</param>
    /// <param name="wantsCertificate">Whether it asks clients for theirs, and takes any.</param>
    /// <param name="listen">What else is to be said of its sockets.</param>
    /// <param name="unixSocket">The path of the socket that it listens on, instead of a port.</param>
    public static async Task<OddServer> StartAsync(
        RequestDelegate response, X509Certificate2? certificate = null, bool wantsCertificate = false, Action<ListenOptions>? listen = null, string? unixSocket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().ConfigureKestrel(kestrel =>
        {
            if (unixSocket is null) kestrel.Listen(IPAddress.Loopback, 0, Configure);
            else kestrel.ListenUnixSocket(unixSocket, Configure);
        });
        var server = new OddServer(builder.Build());
        server._app.Run(async context =>
        {
            var seen = await SeenRequest.ReadAsync(context.Request);
            context.Items[nameof(SeenRequest)] = seen;
            server._requests.Enqueue(seen);
            await response(context);
        });
        await server._app.StartAsync();
        server.Address = unixSocket is null ? server._app.Urls.Single() : "http://localhost";
        return server;

        void Configure(ListenOptions socket)
        {
            listen?.Invoke(socket);
            if (certificate is null) return;
            socket.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode = wantsCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
                https.AllowAnyClientCertificate();
            });
        }
    }

    /// <summary>The request that a response is for.</summary>
    public static SeenRequest Seen(HttpContext context) => (SeenRequest)context.Items[nameof(SeenRequest)]!;

    public static Task<OddServer> RespondingAsync(string json, int status = 200) => StartAsync(context => JsonAsync(context, json, status));

    public static Task JsonAsync(HttpContext context, string json, int status = 200) => TextAsync(context, json, "application/json", status);

    public static Task TextAsync(HttpContext context, string text, string? contentType, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(s_atOnce);
        await _app.DisposeAsync();
    }
}

/// <summary>A request as it arrived.</summary>
internal sealed record SeenRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The thumbprint of the client certificate that the connection came with.</summary>
    public string? Certificate { get; init; }

    /// <summary>Such as <c>HTTP/1.1</c>.</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary>The body as a form, a name's values joined by a line break.</summary>
    public IReadOnlyDictionary<string, string> Form =>
        new FormReader(Body).ReadForm().ToDictionary(f => f.Key, f => string.Join('\n', f.Value!), StringComparer.Ordinal);

    public static async Task<SeenRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new SeenRequest(request.Method, request.Path + request.QueryString.ToString(), headers, body)
        {
            Certificate = request.HttpContext.Connection.ClientCertificate?.Thumbprint,
            Protocol = request.Protocol,
        };
    }
}
