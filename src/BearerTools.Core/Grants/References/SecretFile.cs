using BearerTools.Security;

namespace BearerTools.Grants.References;

/// <summary>
/// Checks who can read a file with a secret, as ssh does for private keys. Unlike ssh, it only warns: mounted secrets, such as those of
/// containers, are often readable for all users of the machine, and nobody else is there.
/// </summary>
internal static class SecretFile
{
    private const int MaxPaths = 1000;

    /// <summary>Where containers and services get their secrets.</summary>
    private static readonly string[] s_mounts = ["/run/", "/var/run/", "/dev/", "/proc/"];

    private static readonly HashSet<string> s_reported = new(StringComparer.Ordinal);

    /// <param name="path">Absolute path.</param>
    /// <returns>The warning, once for each file; <see langword="null"/> if there is none.</returns>
    public static string? FirstWarning(string path)
    {
        if (OperatingSystem.IsWindows() || Exposure(path) is not { } mode) return null;
        lock (s_reported)
        {
            if (s_reported.Count >= MaxPaths || !s_reported.Add(path)) return null;
        }

        return $"The file {ServerText.Clean(path, 300)} contains a secret, and every user of this machine can read it (mode "
            + $"{Convert.ToString((int)mode, 8).PadLeft(4, '0')}). Run: chmod 600 {ShellText.Quote(path)}";
    }

    /// <summary>The mode of the file if everyone can read it and it is not a mounted secret, else <see langword="null"/>.</summary>
    private static UnixFileMode? Exposure(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!file.Exists || SpecialFile.Is(file.FullName) || SecretMount(path) || SecretMount(file.FullName)) return null;
            var mode = file.UnixFileMode;
            return (mode & UnixFileMode.OtherRead) != 0 && new DriveInfo(file.FullName).DriveFormat != "tmpfs" ? mode : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Reading the file reports what is wrong with it.
            return null;
        }
    }

    private static bool SecretMount(string path) => s_mounts.Any(mount => path.StartsWith(mount, StringComparison.Ordinal));
}
