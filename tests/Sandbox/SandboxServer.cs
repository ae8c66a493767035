using System.Security.Cryptography.X509Certificates;
using BearerTools.Sandbox.Api;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Entra;
using BearerTools.Sandbox.Raw;
using BearerTools.Sandbox.Serving;
using BearerTools.Sandbox.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BearerTools.Sandbox;

/// <summary>A small authority and an API with faults, on loopback, for tests and for trying things out.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SandboxContext _context;
    private readonly X509Certificate2? _certificate;
    private readonly RawEndpoints _raw = new();

    private SandboxServer(WebApplication app, SandboxContext context, X509Certificate2? certificate)
    {
        _app = app;
        _context = context;
        _certificate = certificate;
    }

    /// <summary>Where it listens, with a slash at the end. The issuer is the same without the slash; the API is under <c>api/</c>.</summary>
    public Uri Address => _context.Address;

    /// <summary>The client that the token endpoint knows.</summary>
    public string ClientId => _context.ClientId;

    /// <summary>Made at the start; has characters that must be form-encoded.</summary>
    public string ClientSecret => _context.ClientSecret;

    /// <summary>The user that can log in.</summary>
    public string UserName => _context.UserName;

    /// <summary>Made at the start; has characters that must be encoded.</summary>
    public string Password => _context.Password;

    /// <summary>The private key that the client is registered with, in PEM; it is the service account's and the app's too.</summary>
    public string ClientKeyPem => _context.RegisteredKey.PrivatePem;

    /// <summary>A service account's key file as Google hands it out.</summary>
    public string ServiceAccountJson => System.Text.Json.JsonSerializer.Serialize(new
    {
        type = "service_account",
        private_key_id = RegisteredKey.Id,
        private_key = ClientKeyPem,
        client_email = _context.ServiceAccount,
        token_uri = _context.Issuer + "/token",
    });

    /// <summary>Live counts.</summary>
    public SandboxStats Stats => _context.Stats;

    /// <summary>The public certificate in PEM form when it serves https.</summary>
    public string? CertificatePem => _certificate?.ExportCertificatePem();

    /// <summary>The stand-in for Microsoft Entra, when one was asked for.</summary>
    internal EntraServer? Entra { get; private set; }

    /// <summary>What exporters of OpenTelemetry have posted.</summary>
    internal OtlpEndpoints Telemetry { get; } = new();

    /// <summary>Revokes every access token issued so far.</summary>
    public void RevokeAll() => _context.Tokens.RevokeAll();

    /// <summary>Starts a sandbox. Throws <see cref="IOException"/> when the port is taken.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options)
    {
        var context = new SandboxContext(options);
        var certificate = options.Tls ? SelfSignedCertificate.Make(DateTimeOffset.UtcNow) : null;
        var server = new SandboxServer(LoopbackServer.Build(options.UnixSocket, context.Stats, (options.Port, certificate)), context, certificate);
        try
        {
            AuthorityEndpoints.Map(server._app, context);
            ApiEndpoints.Map(server._app, context);
            server._raw.Map(server._app);
            server.Telemetry.Map(server._app);
            ControlEndpoints.Map(server._app, context);
            await server._app.StartAsync();
            context.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            if (options.Entra) server.Entra = await EntraServer.StartAsync(options.Clock);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Entra is not null) await Entra.DisposeAsync();
        await _raw.DisposeAsync();
        await _app.StopSoonAsync();
        _context.Dispose();
        _certificate?.Dispose();
    }
}
