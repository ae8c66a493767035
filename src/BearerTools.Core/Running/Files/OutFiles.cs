using System.Collections.Concurrent;

namespace BearerTools.Running.Files;

/// <summary>The files that one command writes. Two inputs must not write to the same file.</summary>
internal sealed class OutFiles
{
    private readonly ConcurrentDictionary<string, bool> _taken = new(
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    private string? _folder;

    /// <summary>
    /// True if the folder exists. The files of one command are usually in one folder, which is not looked for again: if it disappears,
    /// creating the file fails.
    /// </summary>
    public bool HasFolder(string folder)
    {
        if (folder == _folder) return true;
        if (!Directory.Exists(folder)) return false;
        _folder = folder;
        return true;
    }

    /// <param name="path">The absolute path of a file.</param>
    /// <param name="overwrites">True if an existing file may be replaced.</param>
    /// <exception cref="BearerRequestException">Another input of this command writes to the file.</exception>
    public PartialFile Claim(string path, bool overwrites = true) => Claim(path, PartialFile.For(path, overwrites));

    /// <inheritdoc cref="Claim(string, bool)"/>
    /// <param name="path">The absolute path of a file that does not exist.</param>
    public PartialFile ClaimNew(string path) => Claim(path, PartialFile.New(path));

    private PartialFile Claim(string path, PartialFile file)
    {
        if (file.IsDirect || (_taken.TryAdd(file.Place, true) && _taken.TryAdd(file.WrittenTo, true))) return file;
        throw new BearerRequestException($"Another input of this command already writes to '{path}'.")
        {
            ErrorId = "OutFileTaken",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give each input its own file, such as -OutFile { \"$($_.id).json\" }. In a folder, a file has the name that the "
                + "server gives it, or else that of its address.",
        };
    }
}
