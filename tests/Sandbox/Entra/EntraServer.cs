using System.Security.Cryptography.X509Certificates;
using BearerTools.Sandbox.Entra.Grants;
using BearerTools.Sandbox.Entra.Workloads;
using BearerTools.Sandbox.Providers;
using BearerTools.Sandbox.Serving;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BearerTools.Sandbox.Entra;

/// <summary>
/// Responds as Microsoft Entra does, over TLS under its real names, and as the metadata services of Azure's machines do, over
/// plain http. A proxy leads clients here: what they need is its address, and trust in the certificate. The stand-ins of other
/// providers are reached in the same way.
/// </summary>
internal sealed class EntraServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private TunnelProxy? _proxy;

    private EntraServer(EntraContext context, X509Certificate2 certificate)
    {
        (Context, _certificate) = (context, certificate);
        _app = LoopbackServer.Build(null, null, (0, null), (0, certificate));
        Providers = new ProviderContext(context.Clock);
    }

    public EntraContext Context { get; }

    public ProviderContext Providers { get; }

    /// <summary>What HTTPS_PROXY and HTTP_PROXY are to name.</summary>
    public Uri Proxy => _proxy!.Address;

    /// <summary>Where the metadata services and the levers are, without a slash at the end.</summary>
    public string Plain { get; private set; } = "";

    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<EntraServer> StartAsync(TimeProvider clock)
    {
        var server = new EntraServer(new EntraContext(clock), SelfSignedCertificate.Make(DateTimeOffset.UtcNow, EntraHosts.Secure));
        try
        {
            server.Map();
            await server._app.StartAsync();
            var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToLookup(address => address.Scheme);
            server.Plain = addresses["http"].Single().GetLeftPart(UriPartial.Authority);
            server._proxy = new TunnelProxy(server.Context.Log, addresses["https"].Single().Port, addresses["http"].Single().Port);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null) await _proxy.DisposeAsync();
        await _app.StopSoonAsync();
        Context.Dispose();
        Providers.Dispose();
        _certificate.Dispose();
    }

    private void Map()
    {
        var (codes, devices, refresh) = (new CodeGrant(Context), new DeviceGrant(Context), new RefreshGrant(Context));
        new EntraDiscovery(Context).Map(_app);
        new EntraTokenEndpoint(Context, codes, devices, refresh).Map(_app);
        new EntraAuthorize(Context, codes).Map(_app);
        new EntraDevices(Context, devices).Map(_app);
        var api = new EntraApi(Context);
        api.Map(_app);
        GraphLists.Map(_app, api, Providers);
        ResourceManager.Map(_app, api, Providers);
        ProviderEndpoints.Map(_app, Providers);
        new ManagedIdentities(Context).Map(_app);
        new JobTokens(Context).Map(_app);
        new EntraControl(Context, refresh).Map(_app);
    }
}
