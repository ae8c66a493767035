using System.Formats.Tar;

namespace BearerTools.Security;

/// <summary>
/// Files that are something else than bytes on a disk: FIFOs, devices and sockets. They are read and written as they are, never
/// replaced, and may block for as long as their other end likes: everything here can be cancelled.
/// </summary>
internal static class SpecialFile
{
    /// <summary>HRESULT of an <see cref="IOException"/> that no system call is behind.</summary>
    private const int NoSystemError = unchecked((int)0x80131620);

    private const int BufferSize = 16 * 1024;

    private static readonly AsyncLocal<CancellationToken> s_cancellation = new();

    /// <summary>Ends the synchronous reads of this command; set when a command begins.</summary>
    public static CancellationToken Cancellation
    {
        get => s_cancellation.Value;
        set => s_cancellation.Value = value;
    }

    /// <param name="path">An absolute path. A link counts as what it leads to.</param>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows()) return path.StartsWith(@"\\.\", StringComparison.Ordinal);
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal)) return !Directory.Exists(path);
            return file is { Exists: true, Length: 0 } && IsSpecial(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Opens one. A FIFO waits for its other end.</summary>
    public static async Task<FileStream> OpenAsync(string path, FileAccess access, CancellationToken cancel)
    {
        // Opening blocks its thread, which the pool must not miss.
        var opening = Task.Factory.StartNew(() => new FileStream(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

    /// <summary>Reads one to its end.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="longest">More is an error.</param>
    /// <param name="cancel">Ends the wait. A read that blocks then ends with its other end.</param>
    /// <exception cref="IOException">It is longer.</exception>
    public static async Task<byte[]> ReadAllBytesAsync(string path, int longest, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        var file = await OpenAsync(path, FileAccess.Read, cancel).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[BufferSize];
            while (await file.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancel).ConfigureAwait(false) is > 0 and var read)
            {
                content.Write(buffer, 0, read);
                if (content.Length > longest) throw new IOException($"It is longer than {longest} bytes.");
            }
        }

        return content.ToArray();
    }

    /// <summary>The same for code that cannot wait otherwise, until <see cref="Cancellation"/>.</summary>
    public static byte[] ReadAllBytes(string path, int longest) => ReadAllBytesAsync(path, longest, Cancellation).GetAwaiter().GetResult();

    /// <summary>
    /// The archive's writer looks at the type of a file and does not open it, unless it is a regular one. No other public API of
    /// the runtime tells types apart.
    /// </summary>
    private static bool IsSpecial(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
            writer.WriteEntry(path, "file");
        }
        catch (IOException e) when (e.HResult == NoSystemError)
        {
            // A socket: archives have no type for it.
            return true;
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
    }

    /// <summary>Opening both ends of a FIFO never blocks, and ends the wait of the thread that opens one.</summary>
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
            // The thread waits for the other end, and closes it then.
            await opening.ContinueWith(static late => late.Status == TaskStatus.RanToCompletion ? late.Result.DisposeAsync().AsTask() : Task.CompletedTask, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap().ConfigureAwait(false);
        }
    }
}
