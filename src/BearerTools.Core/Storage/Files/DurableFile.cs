using System.Globalization;
using System.Security.Cryptography;
using BearerTools.Security;

namespace BearerTools.Storage.Files;

/// <summary>
/// Files that are replaced as a whole: written beside, flushed to the disk, renamed, and the folder flushed. After a crash there is either
/// the old or the new content.
/// </summary>
internal static class DurableFile
{
    private const string DraftSuffix = ".tmp";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Windows denies a rename while another program, such as a virus scanner, has the file open.</summary>
    private const int MaxRenames = 20;

    private static readonly TimeSpan s_renamePause = TimeSpan.FromMilliseconds(10);

    /// <exception cref="IOException">It could not be written; the old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old file is unchanged.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var draft = string.Create(
            CultureInfo.InvariantCulture,
            $"{path}.{Environment.ProcessId}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}{DraftSuffix}");
        try
        {
            using (var file = CreateNew(draft))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            Rename(draft, path);
        }
        catch (Exception e)
        {
            TryDelete(draft);
            if (Renamed(e, draft, path) is { } named) throw named;
            throw;
        }

        // NTFS writes the rename to its journal itself.
        if (!OperatingSystem.IsWindows()) UnixFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// The error with the name that the caller knows instead of that of the draft; <see langword="null"/> if it does not name the draft.
    /// </summary>
    private static Exception? Renamed(Exception error, string draft, string path)
    {
        if (!error.Message.Contains(draft, StringComparison.Ordinal)) return null;
        var text = error.Message.Replace(draft, path, StringComparison.Ordinal);
        return error switch
        {
            UnauthorizedAccessException => new UnauthorizedAccessException(text),
            DirectoryNotFoundException => new DirectoryNotFoundException(text),
            IOException => new IOException(text, error.HResult),
            _ => null,
        };
    }

    /// <summary>Creates a file that only its owner can read. Never follows a link.</summary>
    public static FileStream CreateNew(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Reads a file that may be replaced at any time.</summary>
    /// <returns>The content, or <see langword="null"/> if there is no such file.</returns>
    /// <exception cref="IOException">It is not a regular file, cannot be read, or is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[]? TryRead(string path, int longest)
    {
        try
        {
            return RegularFile.ReadAllBytes(path, longest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes what processes that were killed while writing the file have left. The caller must hold the file's lock.</summary>
    public static void DeleteDrafts(string path)
    {
        foreach (var draft in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*" + DraftSuffix))
            TryDelete(draft);
    }

    /// <summary>Renames a file, replacing another one.</summary>
    public static void Rename(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception e) when (
                OperatingSystem.IsWindows() && attempt < MaxRenames && e is IOException or UnauthorizedAccessException)
            {
#pragma warning disable RS0030 // A few milliseconds, on Windows only, where a scanner may hold the file.
                Thread.Sleep(s_renamePause);
#pragma warning restore RS0030
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays until the next process writes this file.
        }
    }
}
