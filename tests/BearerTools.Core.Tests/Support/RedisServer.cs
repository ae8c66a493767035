using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BearerTools.Fleet;
using BearerTools.Grants;
using BearerTools.Redis;
using BearerTools.Security;

namespace BearerTools.Tests.Support;

/// <summary>A Redis server of a test, on a port of its own. It ends with the test.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string Program = "redis-server";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments) => _arguments = arguments;

    public int Port { get; } = FreePort();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The key that its workers share.</summary>
    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <param name="arguments">Further arguments of the program. It keeps its data over a restart (appendonly).</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        string[] own =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.At("."), "--save", string.Empty,
            "--appendonly", "yes", "--appendfsync", "always",
        ];
        _process = Process.Start(new ProcessStartInfo(Program, [.. own, .. _arguments]) { RedirectStandardOutput = true })!;
        _process.BeginOutputReadLine();
        var clock = Stopwatch.StartNew();
        while (await AskAsync("PING") != "PONG")
        {
            if (clock.Elapsed > s_limit || _process.HasExited) throw new InvalidOperationException("redis-server did not start.");
            await Task.Delay(20);
        }
    }

    /// <summary>Runs redis-cli.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        string[] arguments = ["-p", Port.ToString(CultureInfo.InvariantCulture), .. command];
        using var client = Process.Start(new ProcessStartInfo("redis-cli", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return text.Trim();
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal, such as STOP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The options of a worker.</summary>
    public FleetOptions Options(string? address = null, string? key = null) => new()
    {
        Place = Address,
        Connection = address is null ? null : SecretReference.To(new Secret(address)),
        Key = SecretReference.To(new Secret(key ?? Key)),
    };

    /// <summary>A worker with a connection of its own.</summary>
    public RedisFleet Worker(TimeSpan? leaseLife = null, TimeSpan? timeout = null, string? key = null, string? address = null) =>
        new(Options(address, key), TimeProvider.System, leaseLife, timeout);

    public async ValueTask DisposeAsync()
    {
        if (!_process!.HasExited) await KillAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
