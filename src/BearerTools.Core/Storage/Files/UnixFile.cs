using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BearerTools.Storage.Files;

/// <summary>System calls on files that .NET has no API for. Only for Linux and macOS.</summary>
internal static class UnixFile
{
    public const int WouldBlockOnLinux = 11; // EAGAIN
    public const int WouldBlockOnMac = 35; // EAGAIN

    public const int NotFound = 2; // ENOENT

    private const uint Root = 0;
    private const int Interrupted = 4; // EINTR
    private const int InvalidArgument = 22; // EINVAL
    private const int NotSupportedOnLinux = 95; // EOPNOTSUPP
    private const int NotSupportedOnMac = 45; // ENOTSUP
    private const int ReadOnly = 0; // O_RDONLY
    private const int ReadWrite = 2; // O_RDWR
    private const int CloseOnExecuteOnLinux = 0x80000; // O_CLOEXEC
    private const int CloseOnExecuteOnMac = 0x1000000; // O_CLOEXEC
    private const int Exclusive = 2; // LOCK_EX
    private const int NonBlocking = 4; // LOCK_NB

    /// <summary>
    /// Opens an existing file or folder. A <see cref="FileStream"/> would lock it (flock) with a shared lock, whatever
    /// <see cref="FileShare"/> says, and so stand in the way of the lock that this file is for.
    /// </summary>
    /// <returns>The handle, or <see langword="null"/> with the error number.</returns>
    public static SafeFileHandle? TryOpen(string path, bool forWriting, out int error)
    {
        // Children must not inherit it: they would keep the lock.
        var closeOnExecute = OperatingSystem.IsMacOS() ? CloseOnExecuteOnMac : CloseOnExecuteOnLinux;
        int descriptor;
        do
        {
            descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), (forWriting ? ReadWrite : ReadOnly) | closeOnExecute);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == Interrupted);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Locks an open file exclusively without waiting. The kernel releases the lock when the handle or the process ends.</summary>
    /// <returns>0, or the error number.</returns>
    public static int TryLock(SafeFileHandle file)
    {
        while (true)
        {
            if (Lock(file, Exclusive | NonBlocking) == 0) return 0;
            if (Marshal.GetLastPInvokeError() is not Interrupted and var error) return error;
        }
    }

    /// <summary>
    /// Writes a folder's entries to the disk, so that a renamed file survives a crash of the machine. File systems that cannot do this for
    /// a folder order the rename themselves.
    /// </summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void FlushFolder(string path)
    {
        using var folder = TryOpen(path, forWriting: false, out var error);
        if (folder is not null)
        {
            do
            {
                error = Flush(folder) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            while (error == Interrupted);
        }

        if (error is 0 or InvalidArgument or NotSupportedOnLinux or NotSupportedOnMac) return;
        throw Failure($"The folder '{path}' could not be written to the disk", error);
    }

    /// <param name="what">What failed, as a sentence without its end.</param>
    /// <param name="error">The error number.</param>
    public static IOException Failure(string what, int error) => new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);

    /// <summary>True if the file or folder belongs to the user of this process.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool IsOwn(string path) => OwnerOf(path) == EffectiveUser();

    /// <summary>True if the file or folder belongs to the user of this process, or to root, who can change every file.</summary>
    /// <inheritdoc cref="IsOwn"/>
    public static bool IsOwnOrRoots(string path) => OwnerOf(path) is { } owner && (owner == EffectiveUser() || owner == Root);

    private static uint? OwnerOf(string path)
    {
        using var archive = new MemoryStream();
        // No other public API of the runtime reports the owner.
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true)) writer.WriteEntry(path, "file");
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return (uint?)reader.GetNextEntry()?.Uid;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
