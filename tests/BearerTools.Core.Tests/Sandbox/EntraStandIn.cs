using BearerTools.Sandbox;
using BearerTools.Sandbox.Entra;

namespace BearerTools.Tests.Sandbox;

/// <summary>One stand-in for the tests of a class: its keys take a while to make.</summary>
public sealed class EntraStandIn : IAsyncLifetime, IDisposable
{
    private SandboxServer? _sandbox;
    private EntraCaller? _caller;

    internal EntraServer Server => _sandbox!.Entra!;

    internal EntraCaller Caller => _caller!;

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Entra = true });
        _caller = new EntraCaller(Server);
    }

    public async Task DisposeAsync() => await _sandbox!.DisposeAsync();

    public void Dispose() => _caller?.Dispose();
}
