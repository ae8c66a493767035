using System.Formats.Tar;

namespace BearerTools.Security;

/// <summary>
/// Files that are not regular: FIFOs, devices and sockets. They are read and written in place, never replaced, and may block until
/// their other end acts, so everything here can be cancelled.
/// </summary>
internal static class SpecialFile
{
    /// <summary>HRESULT of an <see cref="IOException"/> that no system call caused.</summary>
    private const int NoSystemError = unchecked((int)0x80131620);

    private static readonly AsyncLocal<CancellationToken> s_cancellation = new();

    /// <summary>Cancels the synchronous reads of the current command; set when the command begins.</summary>
    public static CancellationToken Cancellation
    {
        get => s_cancellation.Value;
        set => s_cancellation.Value = value;
    }

    /// <summary>True if the path is in a folder of devices, where a file cannot be created.</summary>
    public static bool IsAmongDevices(string path) => OperatingSystem.IsWindows()
        ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
        : path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    /// <summary>The path of the file itself: where the path is a link, the one that it leads to.</summary>
    /// <exception cref="IOException">The links form a circle.</exception>
    public static string TargetOf(string path) => new FileInfo(path) is { LinkTarget: not null } link
        ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path
        : path;

    /// <param name="path">Absolute path. Links are followed.</param>
    public static bool Is(string path) => KindOf(path) is not null;

    /// <summary>What a special file is, with its article; <see langword="null"/> for other files and if there is none.</summary>
    /// <param name="path">Absolute path. Links are followed.</param>
    public static string? KindOf(string path)
    {
        try
        {
            if (IsAmongDevices(path)) return OperatingSystem.IsWindows() || !Directory.Exists(path) ? "a device or a pipe" : null;
            if (OperatingSystem.IsWindows()) return null;
            var file = new FileInfo(path);
            if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file is { Exists: true, Length: 0 } ? SpecialKindOf(file.FullName) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Opens a special file. For a FIFO, this waits for the other end.</summary>
    public static async Task<FileStream> OpenAsync(string path, FileAccess access, CancellationToken cancel)
    {
        // Opening blocks a thread, so it must not be one of the pool's.
        var opening = Task.Factory.StartNew(
            () => new FileStream(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            return await opening.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = ReleaseAsync(path, opening);
            throw;
        }
    }

    /// <summary>
    /// Uses the tar writer, which reads the type of a file and opens it only if it is regular. No other public API of the runtime reports
    /// the type.
    /// </summary>
    private static string? SpecialKindOf(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
            writer.WriteEntry(path, "file");
        }
        catch (IOException e) when (e.HResult == NoSystemError)
        {
            // A socket, which tar archives have no type for.
            return "a socket";
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType switch
        {
            TarEntryType.Fifo => "a FIFO (named pipe)",
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "a device",
            _ => null,
        };
    }

    /// <summary>Opens both ends of a FIFO, which never blocks, so that the thread that is opening it continues.</summary>
    private static async Task ReleaseAsync(string path, Task<FileStream> opening)
    {
        try
        {
            var bothEnds = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            await using (bothEnds.ConfigureAwait(false))
            {
                var opened = await opening.ConfigureAwait(false);
                await opened.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The thread still waits for the other end; the file is closed when it is opened.
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully) await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }
}
