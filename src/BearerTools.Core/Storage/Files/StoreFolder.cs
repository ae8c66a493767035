using BearerTools.Security;
namespace BearerTools.Storage.Files;

/// <summary>The folder of a store, which only its owner can read, and the paths of its files.</summary>
/// <param name="path">Absolute path. The folder is created when it is first written to.</param>
internal sealed class StoreFolder(string path)
{
    private const string Application = "BearerTools";
    private const string Content = ".token";
    private const string Lock = ".lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    public string Path => path;

    /// <summary>
    /// The store of this user: in <c>$XDG_DATA_HOME</c> or <c>~/.local/share</c>; on macOS in <c>~/Library/Application Support</c>; on
    /// Windows in <c>%LOCALAPPDATA%</c>.
    /// </summary>
    /// <param name="name">Name of the store, so that stores with different keys never share files.</param>
    /// <exception cref="BearerTokenException">The user has no such folder.</exception>
    public static StoreFolder Of(string name)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0 ? new StoreFolder(System.IO.Path.Combine(data, Application, name)) : throw StoreErrors.NoLocation();
    }

    public string At(string name) => System.IO.Path.Combine(path, name);

    /// <summary>The file of an identity, which is a digest and can be part of a name.</summary>
    public string ContentOf(string identity) => At(identity.ToLowerInvariant() + Content);

    public string LockOf(string identity) => At(identity.ToLowerInvariant() + Lock);

    /// <summary>The identities that have a file.</summary>
    /// <exception cref="BearerTokenException">The folder cannot be read.</exception>
    public IReadOnlyList<string> Identities()
    {
        CheckPlace();
        try
        {
            return [.. Directory.EnumerateFiles(path, "*" + Content)
                .Where(file => file.EndsWith(Content, StringComparison.Ordinal))
                .Select(file => System.IO.Path.GetFileNameWithoutExtension(file).ToUpperInvariant())
                .Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotRead(path, e);
        }
    }

    /// <summary>Deletes the files that were renamed because they could not be used. They may contain logins too.</summary>
    /// <param name="suffixes">The ends of their names.</param>
    /// <exception cref="BearerTokenException">One cannot be deleted.</exception>
    public void DeleteSetAside(IEnumerable<string> suffixes)
    {
        try
        {
            if (!Directory.Exists(path)) return;
            foreach (var suffix in suffixes)
            {
                foreach (var file in Directory.EnumerateFiles(path, $"*{Content}{suffix}")) File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    /// <summary>Creates the folder if it is missing, and checks that no other user can read or replace its files.</summary>
    /// <exception cref="BearerTokenException">It cannot be created, or is not safe.</exception>
    public void Prepare()
    {
        CheckPlace();
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else if (!Directory.Exists(path)) Directory.CreateDirectory(path, OwnerOnly);
            Check();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    /// <summary>Checks that neither the folder nor one above it is a file.</summary>
    private void CheckPlace()
    {
        for (var place = path; !Directory.Exists(place); place = System.IO.Path.GetDirectoryName(place))
        {
            if (place is null) return;
            if (System.IO.Path.Exists(place)) throw StoreErrors.NotAFolder(path, place);
        }
    }

    private void Check()
    {
        var folder = new DirectoryInfo(path);
        if (folder.LinkTarget is not null)
            throw StoreErrors.Unsafe(path, "is a link", "Remove the link, or set XDG_DATA_HOME to the folder that it leads to.");
        if (OperatingSystem.IsWindows()) return;
        if (!UnixFile.IsOwn(path))
        {
            throw StoreErrors.Unsafe(path, "belongs to another user",
                $"Run PowerShell as the owner of the folder, or change its owner: chown -R \"$(id -u)\" {ShellText.Quote(path)}");
        }

        if ((folder.UnixFileMode & Others) != 0)
            throw StoreErrors.Unsafe(path, "is open to other users", $"Close it to them: chmod 700 {ShellText.Quote(path)}");
    }
}
