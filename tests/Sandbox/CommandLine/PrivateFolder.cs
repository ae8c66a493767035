namespace BearerTools.Sandbox.CommandLine;

/// <summary>A folder that only this user can read, gone with the process.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bearertools-sandbox-");

    /// <summary>Writes a file without a newline at its end, and says where it is.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // On Windows the temporary folder belongs to the user already.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
