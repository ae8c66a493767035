using System.Diagnostics;

namespace BearerTools.Tests.Support;

/// <summary>A D-Bus session of a test, with or without a key ring service. Its programs end with it.</summary>
internal sealed class PrivateBus : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<Process> _processes = [];

    public string Address => $"unix:path={_folder.At("bus")}";

    /// <summary>Starts a bus that starts no services by itself.</summary>
    public static async Task<PrivateBus> StartAsync()
    {
        var bus = new PrivateBus();
        var configuration = bus._folder.Write("bus.conf", System.Text.Encoding.UTF8.GetBytes($"""
            <busconfig>
              <type>session</type>
              <listen>{bus.Address}</listen>
              <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
            </busconfig>
            """));
        bus.Start("dbus-daemon", [$"--config-file={configuration}", "--nofork"], input: null);
        for (var i = 0; i < 500 && !Path.Exists(bus._folder.At("bus")); i++) await Task.Delay(10);
        return bus;
    }

    /// <summary>Starts GNOME Keyring, with the key ring that earlier ones of this bus have made.</summary>
    public async Task<Process> StartKeyringAsync(bool isUnlocked)
    {
        string[] arguments = ["--foreground", "--components=secrets", $"--control-directory={_folder.At("control")}", .. isUnlocked ? new[] { "--unlock" } : []];
        var daemon = Start("gnome-keyring-daemon", arguments, isUnlocked ? "test" : null);
        // It prints its variables when it serves.
        for (var i = 0; i < 300; i++)
        {
            using var ask = Start("dbus-send", ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"], null);
            var reply = await ask.StandardOutput.ReadToEndAsync();
            if (reply.Contains("true", StringComparison.Ordinal)) break;
            await Task.Delay(20);
        }

        return daemon;
    }

    public static async Task EndAsync(Process process)
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            try
            {
                await EndAsync(process);
            }
            catch (InvalidOperationException)
            {
                // Already disposed.
            }
        }

        _folder.Dispose();
    }

    private Process Start(string program, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Directory.CreateDirectory(_folder.At("home"));
        start.Environment["HOME"] = _folder.At("home");
        start.Environment["XDG_DATA_HOME"] = _folder.At("home");
        start.Environment["XDG_RUNTIME_DIR"] = _folder.At("home");
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = Address;
        start.Environment.Remove("DISPLAY");
        var process = Process.Start(start)!;
        if (program != "dbus-send") _processes.Add(process);
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        return process;
    }
}
