using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>Ctrl+C, a signal to end, or the end of the parent process: whichever comes first.</summary>
internal sealed class EndOfRun : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public EndOfRun(int? parent)
    {
        _registrations = Array.ConvertAll(s_signals, signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _ended.TrySetResult();
        }));
        if (parent is { } pid) _ = WatchAsync(pid);
    }

    public Task Task => _ended.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private async Task WatchAsync(int pid)
    {
        try
        {
            using var parent = Process.GetProcessById(pid);
            await parent.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
        _ended.TrySetResult();
    }
}
