using System.Security.Cryptography;
using System.Text;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;
using BearerTools.Storage.Files;

namespace BearerTools.Composition;

/// <summary>Files with recordings.</summary>
internal static class RecordingFiles
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    /// <param name="path">Full path.</param>
    /// <param name="baseUri">The base address of the requests to read from a HAR file, or <see langword="null"/>.</param>
    /// <param name="acceptsEdits">True if responses may have been edited since they were recorded.</param>
    /// <param name="readsHar">False for a file that will be written again, which a HAR file never is.</param>
    /// <exception cref="BearerRequestException">The file cannot be read, is no recording, or was edited.</exception>
    public static Recording Read(string path, Uri? baseUri = null, bool acceptsEdits = false, bool readsHar = true)
    {
        byte[] content;
        try
        {
            content = RegularFile.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "read", e, "Check the path, or record it with -Record.");
        }

        return RecordingReader.Read(path, content, baseUri, acceptsEdits, readsHar);
    }

    /// <summary>Checks that a recording can be written there, without changing a file that exists.</summary>
    /// <param name="path">Full path.</param>
    /// <returns>The path of the file itself, if it is a link.</returns>
    /// <exception cref="BearerRequestException">
    /// The folder does not exist or cannot be written, or the path is one of something else than a recording.
    /// </exception>
    public static string CheckWritable(string path)
    {
        try
        {
            path = SpecialFile.TargetOf(path);
            RegularFile.Check(path);
            if (!Directory.Exists(Path.GetDirectoryName(path))) throw new IOException("Its folder does not exist.");
            if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)) throw new IOException("It is read-only.");
            RequireRecording(path);
            // Only an attempt shows whether the folder can be written.
            var draft = path + Suffix("tmp");
            DurableFile.CreateNew(draft).Dispose();
            File.Delete(draft);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "written", e, "Pass the path of a file that can be written, in a folder that exists.");
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="BearerRequestException">The file cannot be written; the old one is unchanged.</exception>
    public static void Write(string path, Recording recording) => Locked(path, () => Replace(path, recording));

    /// <summary>Adds to the file, while no other process does.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="create">Creates the recording, given the entries of the file.</param>
    /// <exception cref="BearerRequestException">The file cannot be read or written; the old one is unchanged.</exception>
    public static void Append(string path, Func<IReadOnlyList<RecordedEntry>, Recording> create) =>
        Locked(path, () => Replace(path, create(File.Exists(path) ? Read(path).Entries : [])));

    private static void Replace(string path, Recording recording)
    {
        try
        {
            RequireRecording(path);
            DurableFile.Write(path, recording.ToUtf8());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "written", e, "Check that its folder can be written, and the free space of its disk.");
        }
    }

    /// <summary>Writes a recording to a new file of the folder for temporary files, because its own file cannot be written.</summary>
    /// <param name="path">Full path of its own file.</param>
    /// <param name="recording">The recording.</param>
    /// <returns>The path of the new file, or <see langword="null"/> if that cannot be written either.</returns>
    public static string? TryKeep(string path, Recording recording)
    {
        try
        {
            var kept = Path.Combine(Path.GetTempPath(), Path.GetFileNameWithoutExtension(path) + Suffix("json"));
            DurableFile.Write(kept, recording.ToUtf8());
            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Suffix(string extension) =>
        $".{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}.{extension}";

    /// <summary>A file that is no recording is never replaced. One that is empty has nothing to lose.</summary>
    private static void RequireRecording(string path)
    {
        if (!File.Exists(path) || RegularFile.ReadAllBytes(path) is not { Length: > 0 } content
            || RecordingReader.IsRecording(content)) return;
        throw MockErrors.Error(
            "RecordingOverFile", BearerErrorKind.File, $"{path} exists and is not a recording, so it is not replaced.",
            "Pass the path of a new file or of a recording, or delete the file.");
    }

    /// <summary>A lock that leaves no file beside the recording, which is often in a repository.</summary>
    private static void Locked(string path, Action action)
    {
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
        using var mutex = new Mutex(initiallyOwned: false, $"BearerTools-{name}");
        try
        {
            if (!mutex.WaitOne(s_longestWait))
                throw Error(path, "written", new IOException("Another process is writing it."), "Try again later.");
        }
        catch (AbandonedMutexException)
        {
            // A process ended while it held the lock. The file is complete: it is replaced as a whole.
        }

        try
        {
            action();
        }
        finally
        {
            mutex.ReleaseMutex();
        }
    }

    private static BearerRequestException Error(string path, string what, Exception e, string nextStep) => MockErrors.Error(
        "RecordingFileFailed", BearerErrorKind.File, $"The recording {path} cannot be {what}: {e.Message}", nextStep);
}
