using System.Diagnostics;

namespace BearerTools.Tests.Support;

/// <summary>A file system in memory of a few kilobytes. Only root can mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _ballast;

    public SmallDisk()
    {
        Path = _folder.At("disk");
        Directory.CreateDirectory(Path);
        Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", Path);
        _ballast = System.IO.Path.Combine(Path, "ballast");
    }

    public string Path { get; }

    /// <summary>Writes until the disk is full.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) ballast.Write(new byte[1024]);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Free() => File.Delete(_ballast);

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", Path);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {errors}");
    }

    /// <summary>A test that mounts one.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class DiskFactAttribute : FactAttribute
    {
        private static readonly bool s_canMount = CanMount();

        public DiskFactAttribute()
        {
            if (!s_canMount) Skip = "Only root can mount a file system.";
        }

        private static bool CanMount()
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return false;
            try
            {
                new SmallDisk().Dispose();
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }
}
