using System.Diagnostics;
using BearerTools.Storage.Locking;

namespace BearerTools.StoreProbe;

/// <summary>Takes a lock again and again, and prints when it had it, in ticks of the machine's monotonic clock.</summary>
internal static class LockProbe
{
    public static async Task<int> RunAsync(string path, int rounds, int milliseconds)
    {
        // A lock of its own first, so that the compiler is not measured.
        var own = FormattableString.Invariant($"{path}.{Environment.ProcessId}");
        for (var i = 0; i < 50; i++) (await FileLock.AcquireAsync(own, TimeSpan.Zero, TimeProvider.System, _ => { }, CancellationToken.None)).Dispose();
        await Task.Delay(1);
        File.Delete(own);
        Console.WriteLine("ready");
        Console.ReadLine();
        List<(long Taken, long Released)> held = [];
        for (var round = 0; round < rounds; round++)
        {
            var mutex = await FileLock.AcquireAsync(path, TimeSpan.FromSeconds(30), TimeProvider.System, _ => { }, CancellationToken.None);
            var taken = Stopwatch.GetTimestamp();
            if (milliseconds < 0) Console.WriteLine("held");
            await Task.Delay(milliseconds < 0 ? Timeout.Infinite : milliseconds);
            held.Add((taken, Stopwatch.GetTimestamp()));
            mutex.Dispose();
            await Task.Delay(1);
        }

        foreach (var (taken, released) in held) Console.WriteLine(FormattableString.Invariant($"{taken} {released}"));
        return 0;
    }
}
