using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>Runs a sandbox until a signal or the end of its parent.</summary>
internal static class Serve
{
    private const int DefaultPort = 5080;
    private const int PortsToTry = 100;

    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    public static async Task RunAsync(Arguments arguments)
    {
        // Listened for first, so that a signal during the start leaves no files behind.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var signals = s_signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            ended.TrySetResult();
        })).ToArray();

        using var folder = new PrivateFolder();
        await using var server = await StartAsync(arguments);
        if (arguments.CertificateFile is { } file) await File.WriteAllTextAsync(file, server.CertificatePem);
        var ready = new Ready(
            server.Address.AbsoluteUri,
            server.ClientId,
            server.UserName,
            folder.Write("client-secret", server.ClientSecret),
            folder.Write("password", server.Password),
            arguments.CertificateFile is null ? null : Path.GetFullPath(arguments.CertificateFile),
            Environment.ProcessId);
        if (arguments.ReadyFile is not null) ready.WriteTo(arguments.ReadyFile);
        Console.WriteLine(Invitation.Text(ready));

        await Task.WhenAny(ended.Task, ParentEnded(arguments.Parent));
        foreach (var signal in signals) signal.Dispose();
    }

    private static async Task<SandboxServer> StartAsync(Arguments arguments)
    {
        var options = new SandboxOptions { Tls = arguments.Tls };
        if (arguments.Port is { } port) return await SandboxServer.StartAsync(options with { Port = port });
        for (var next = DefaultPort; ; next++)
        {
            try
            {
                return await SandboxServer.StartAsync(options with { Port = next });
            }
            catch (IOException) when (next < DefaultPort + PortsToTry)
            {
                // Taken.
            }
        }
    }

    private static async Task ParentEnded(int? pid)
    {
        if (pid is null) await Task.Delay(Timeout.InfiniteTimeSpan);
        try
        {
            using var parent = Process.GetProcessById(pid!.Value);
            await parent.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
    }
}
