using System.Diagnostics;
using System.Globalization;
using BearerTools.StoreProbe;

namespace BearerTools.Tests.Support;

/// <summary>A process of the store probe, which ends with the test.</summary>
internal sealed class ProbeProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ProbeProcess(IEnumerable<string> arguments)
    {
        var probe = typeof(RenewProbe).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [probe, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts a process; it is ready when its first line arrives.</summary>
    public static async Task<ProbeProcess> StartAsync(params string[] arguments)
    {
        var probe = new ProbeProcess(arguments);
        Assert.Equal("ready", await probe.ReadAsync());
        return probe;
    }

    /// <summary>Starts a probe that uses the store in a folder and the login at an authority.</summary>
    public static Task<ProbeProcess> RenewingAsync(string folder, RotatingAuthority authority) => StartAsync("renew", folder, authority.Endpoint.AbsoluteUri);

    /// <summary>Starts a probe that shares the login through a Redis server.</summary>
    public static Task<ProbeProcess> SharingAsync(RedisServer server, TimeSpan leaseLife, RotatingAuthority authority) => StartAsync(
        "fleet", server.Address, server.Key, leaseLife.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), authority.Endpoint.AbsoluteUri);

    /// <summary>Sends a signal, such as STOP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts a probe that takes a lock.</summary>
    public static Task<ProbeProcess> LockingAsync(string path, int rounds, int milliseconds) =>
        StartAsync("lock", path, rounds.ToString(CultureInfo.InvariantCulture), milliseconds.ToString(CultureInfo.InvariantCulture));

    public void Write(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    public async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(s_limit) ?? throw new InvalidOperationException($"The probe has ended: {await _errors}");

    /// <summary>Sends a command and reads its result.</summary>
    public Task<string> AskAsync(string command)
    {
        Write(command);
        return ReadAsync();
    }

    /// <summary>All lines until the process ends.</summary>
    public async Task<string[]> ReadToEndAsync() =>
        (await _process.StandardOutput.ReadToEndAsync().WaitAsync(s_limit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ends the process at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
