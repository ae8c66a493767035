using System.Runtime.Versioning;
using BearerTools.Security;
using BearerTools.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace BearerTools.Storage.Locking;

/// <summary>
/// A lock between processes, on a file that is never deleted. The kernel releases it when the process ends, however it ends: flock on
/// Linux and macOS, LockFile on Windows.
/// </summary>
/// <remarks>
/// The wait polls, because a blocked flock cannot be cancelled, and its thread would stay until the holder ends. It polls every few
/// milliseconds, which costs two system calls each time.
/// </remarks>
internal sealed class FileLock : IDisposable
{
    /// <summary>On Windows the locked bytes cannot be read, so they are behind the content.</summary>
    private const long LockedByte = 1L << 40;

    private static readonly TimeSpan s_shortPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longPause = TimeSpan.FromMilliseconds(4);

    /// <summary>After this many attempts, the pause is the long one.</summary>
    private const int ShortPauses = 20;

    private readonly IDisposable _file;

    private FileLock(IDisposable file) => _file = file;

    /// <param name="path">The lock file, which is created if it is missing.</param>
    /// <param name="timeout">Maximum time to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waiting">Called once if another process holds the lock.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="BearerTokenException">The lock was not free in time, or the file cannot be opened.</exception>
    public static async Task<FileLock> AcquireAsync(
        string path, TimeSpan timeout, TimeProvider time, Action<LockHolder?> waiting, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryAcquire(path, time) is { } acquired) return acquired;
            if (attempt == 0) waiting(HolderOf(path));
            var waited = time.GetElapsedTime(began);
            if (waited >= timeout) throw StoreErrors.Locked(HolderOf(path)?.ToString(), waited);
            await Task.Delay(attempt < ShortPauses ? s_shortPause : s_longPause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The process that holds the lock, or held it last; <see langword="null"/> if that is not known.</summary>
    public static LockHolder? HolderOf(string path)
    {
        try
        {
            RegularFile.Check(path);
            using var file = OperatingSystem.IsWindows() ? OpenOnWindows(path).SafeFileHandle : UnixFile.TryOpen(path, false, out _);
            if (file is null) return null;
            var content = new byte[LockHolder.Length];
            return LockHolder.Read(content.AsSpan(0, RandomAccess.Read(file, content, 0)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Takes the lock if it is free.</summary>
    private static FileLock? TryAcquire(string path, TimeProvider time)
    {
        try
        {
            return OperatingSystem.IsWindows() ? TryOnWindows(path, time) : TryOnUnix(path, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static FileLock? TryOnUnix(string path, TimeProvider time)
    {
        var file = Open(path);
        try
        {
            if (UnixFile.TryLock(file) is not 0 and var error)
            {
                file.Dispose();
                var isHeld = error == (OperatingSystem.IsMacOS() ? UnixFile.WouldBlockOnMac : UnixFile.WouldBlockOnLinux);
                return isHeld ? null : throw StoreErrors.LocksUnsupported(path, error);
            }

            if (TryWrite(file, LockHolder.Current(time.GetUtcNow())) is { } written && HolderOf(path)?.Stamp != written.Stamp)
            {
                // The file was deleted and created again in the meantime, so this lock is not the one that others see.
                file.Dispose();
                return null;
            }

            return new FileLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle Open(string path)
    {
        RegularFile.Check(path);
        while (true)
        {
            if (UnixFile.TryOpen(path, forWriting: true, out _) is { } file) return file;
            // A lock does not need the right to write, which is missing if the file system has become read-only.
            if (UnixFile.TryOpen(path, forWriting: false, out var error) is { } readable) return readable;
            if (error != UnixFile.NotFound) throw UnixFile.Failure($"'{path}' cannot be opened", error);
            try
            {
                DurableFile.CreateNew(path).Dispose();
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process has created it.
            }
        }
    }

    [SupportedOSPlatform("windows")]
    private static FileLock? TryOnWindows(string path, TimeProvider time)
    {
        var file = OpenOnWindows(path);
        try
        {
            file.Lock(LockedByte, 1);
        }
        catch (IOException)
        {
            file.Dispose();
            return null;
        }

        TryWrite(file.SafeFileHandle, LockHolder.Current(time.GetUtcNow()));
        return new FileLock(file);
    }

    /// <summary>Without the right to delete, so that the file stays while it is open.</summary>
    private static FileStream OpenOnWindows(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Names this process in the file. The lock also works without it.</summary>
    private static LockHolder? TryWrite(SafeFileHandle file, LockHolder holder)
    {
        try
        {
            RandomAccess.Write(file, holder.ToBytes(), 0);
            return holder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
