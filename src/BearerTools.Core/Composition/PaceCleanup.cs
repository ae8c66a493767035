using BearerTools.Storage.Locking;

namespace BearerTools.Composition;

/// <summary>
/// Deletes the files of limits and pauses that no process has used for longer than any limit or pause lasts. Each has a lock beside it,
/// which every use writes to.
/// </summary>
internal static class PaceCleanup
{
    private const string LockEnd = ".lock";

    /// <summary>The longest period and the longest pause are one day.</summary>
    private static readonly TimeSpan s_unused = TimeSpan.FromDays(2);

    /// <summary>Runs when a file is created, so that there are never many more than are in use.</summary>
    public static async Task RunAsync(string folder, TimeProvider time, CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - s_unused).UtcDateTime;
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + LockEnd))
            {
                if (File.GetLastWriteTimeUtc(path) < before) await DeleteAsync(path, before, time, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are small, and the next run tries again.
        }
    }

    private static async Task DeleteAsync(string lockPath, DateTime before, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            var path = lockPath[..^LockEnd.Length];
            // A process that waits for this lock meanwhile sees that its file is gone, and creates another one.
            using var held = await FileLock.AcquireAsync(lockPath, TimeSpan.Zero, time, static _ => { }, cancel).ConfigureAwait(false);
            if (File.GetLastWriteTimeUtc(path) >= before) return;
            File.Delete(path);
            File.Delete(lockPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BearerTokenException)
        {
            // It is in use.
        }
    }
}
