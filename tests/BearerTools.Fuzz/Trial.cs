using System.Diagnostics;
using System.Text.Json;

namespace BearerTools.Fuzz;

/// <summary>One input for one target.</summary>
internal static class Trial
{
    /// <summary>Far more than any input needs, because the machine may have other things to do; a costly input is tried again.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(500);

    private const long MaxBytes = 64 * 1024 * 1024;

    private const int Tries = 3;

    public static TimeSpan LongestHang { get; } = TimeSpan.FromSeconds(20);

    /// <summary>What is wrong, with the input as a line of the corpus; <see langword="null"/> if nothing is.</summary>
    public static string? Fault(Target target, string input)
    {
        for (var left = Tries; ; left--)
        {
            var clock = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                target.Read(input);
            }
            catch (Exception e) when (e is IBearerError)
            {
                // A typed error is as good as a value.
            }
            catch (Exception e)
            {
                return $"{target.Name} threw {e}{Environment.NewLine}for {JsonSerializer.Serialize(input)}";
            }

            var (taken, bytes) = (clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
            if (taken < s_longest && bytes < MaxBytes) return null;
            if (left == 1) return $"{target.Name} took {taken.TotalMilliseconds:0} ms and {bytes} bytes for {JsonSerializer.Serialize(input)}";
        }
    }
}
