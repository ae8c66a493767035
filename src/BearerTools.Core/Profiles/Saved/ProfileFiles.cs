using System.Runtime.Versioning;
using BearerTools.Profiles.Repository;
using BearerTools.Security;
using BearerTools.Storage.Files;

namespace BearerTools.Profiles.Saved;

/// <summary>Reads and writes files of profiles. A file that others can change is refused.</summary>
internal static class ProfileFiles
{
    /// <summary>Longest file, in bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION
    private const int LockViolation = unchecked((int)0x80070021); // ERROR_LOCK_VIOLATION
    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_lockInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads the file.</summary>
    /// <returns><see langword="null"/> if it does not exist.</returns>
    /// <exception cref="BearerTokenException">It cannot be read, is not safe or not valid.</exception>
    public static ProfileFile? Read(string path) => Content(path) is { } content ? ProfileFile.Parse(path, content) : null;

    /// <summary>Reads a file without parsing it, once: what is returned is what was checked.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="longest">Longest file, in bytes.</param>
    /// <param name="writable">Permissions that the file and its folder must not have, on Linux and macOS.</param>
    /// <returns><see langword="null"/> if it does not exist.</returns>
    /// <exception cref="BearerTokenException">It cannot be read, or is not safe.</exception>
    public static byte[]? Content(string path, int longest = MaxLength, UnixFileMode writable = WritableByOthers)
    {
        try
        {
            return ReadContent(path, longest, writable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(
                path, $"cannot be read: {e.Message.TrimEnd('.')}",
                e is NotRegularFileException ? "Move it away." : "Check the path and its permissions.");
        }
    }

    /// <summary>Changes the file while no other process does.</summary>
    /// <param name="path">Full path of the file; its folder is created.</param>
    /// <param name="change">Returns the new content, given the current file, or <see langword="null"/> if there is none.</param>
    /// <exception cref="BearerTokenException">The file is not safe or not valid, or cannot be written; it is unchanged.</exception>
    public static void Change(string path, Func<ProfileFile?, byte[]> change) => Replace(path, content =>
    {
        var changed = change(content is null ? null : ProfileFile.Parse(path, content));
        // What is written must be readable. Otherwise the file stays as it is.
        ProfileFile.Parse(path, changed);
        return changed;
    });

    /// <summary>Replaces the content of a file while no other process does.</summary>
    /// <inheritdoc cref="Change"/>
    public static void Replace(string path, Func<byte[]?, byte[]> change)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
            CheckFolder(path, WritableByOthers);
            using var held = Lock(path + ".lock");
            var changed = change(Content(path));
            // A longer file could not be read.
            if (changed.Length > MaxLength) throw WouldBeTooLong(path);
            DurableFile.Write(path, changed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BearerTokenException($"{path} cannot be written, and is unchanged: {e.Message}", e)
            {
                ErrorId = "ProfileFileNotWritten",
                Kind = BearerErrorKind.File,
                NextStep = "Check the permissions of the folder and the free space of its disk.",
            };
        }
    }

    private static byte[]? ReadContent(string path, int longest, UnixFileMode writable)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
        {
            throw Unsafe(
                path, $"is a link to {ServerText.Clean(target)}", "Put the file itself there. The folder that contains it may be a link.");
        }

        if (!Path.Exists(path)) return null;
        using var file = RegularFile.Open(path);
        CheckPermissions(path, file, writable);
        if (file.Length > longest) throw TooLong(path, longest);
        var content = new byte[(int)file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static void CheckPermissions(string path, FileStream file, UnixFileMode writable)
    {
        if (OperatingSystem.IsWindows()) return;
        if ((File.GetUnixFileMode(file.SafeFileHandle) & writable) != 0)
            throw Unsafe(path, "can be changed by other users", $"Run chmod go-w {ShellText.Quote(path)}, and check what it contains.");
        CheckOwner(path, path, writable);
        CheckFolder(path, writable);
    }

    /// <summary>An owner can change the file, or its mode. A repository's file may belong to anybody: its hash is approved.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void CheckOwner(string path, string place, UnixFileMode writable)
    {
        if (writable != WritableByOthers || UnixFile.IsOwnOrRoots(place)) return;
        throw Unsafe(
            path, place == path ? "belongs to another user" : "can be replaced by the owner of its folder, who is another user",
            $"Check what it contains, and run chown \"$(id -u)\" {ShellText.Quote(place)}.");
    }

    private static void CheckFolder(string path, UnixFileMode writable)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Path.GetDirectoryName(path)!;
        if ((File.GetUnixFileMode(folder) & writable) != 0)
        {
            throw Unsafe(
                path, "can be replaced by other users, who can write to its folder",
                $"Run chmod go-w {ShellText.Quote(folder)}, and check the file.");
        }

        CheckOwner(path, new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder, writable);
    }

    /// <summary>A lock that the system releases when the process ends.</summary>
    private static FileStream Lock(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        RegularFile.Check(path);
        for (var waited = TimeSpan.Zero; ; waited += s_lockInterval)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException e) when (waited < s_lockTimeout && IsHeld(e))
            {
                if (SpecialFile.Cancellation.WaitHandle.WaitOne(s_lockInterval)) throw new OperationCanceledException();
            }
        }
    }

    /// <summary>True if another process holds the lock. A retry does not mend other errors, such as a read-only file system.</summary>
    private static bool IsHeld(IOException error) => OperatingSystem.IsWindows()
        ? error.HResult is SharingViolation or LockViolation
        : error.HResult == (OperatingSystem.IsMacOS() ? UnixFile.WouldBlockOnMac : UnixFile.WouldBlockOnLinux);

    private static BearerTokenException TooLong(string path, int longest) =>
        Unreadable(path, $"is longer than {longest / 1024} KiB", Shorten(path));

    private static BearerTokenException WouldBeTooLong(string path) =>
        new($"{path} cannot be written, and is unchanged: it would be longer than {MaxLength / 1024} KiB.")
        {
            ErrorId = "ProfileFileNotWritten",
            Kind = BearerErrorKind.File,
            NextStep = Shorten(path),
        };

    private static string Shorten(string path) => Path.GetFileName(path) == TrustedFiles.FileName
        ? "Remove the entries of files that no longer exist, in an editor."
        : "Remove what is not a profile, and profiles that are not needed.";

    private static BearerTokenException Unreadable(string path, string why, string nextStep) =>
        new($"{path} {why}.") { ErrorId = "ProfileFileUnreadable", Kind = BearerErrorKind.File, NextStep = nextStep };

    private static BearerTokenException Unsafe(string path, string why, string nextStep) =>
        new($"{path} is not used, because it {why}.")
        {
            ErrorId = "ProfileFileUnsafe",
            Kind = BearerErrorKind.Security,
            NextStep = nextStep,
        };
}
