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

    /// <param name="path">The absolute path of a file that the caller names.</param>
    /// <exception cref="BearerRequestException">Another input of this command writes to the file.</exception>
    public PartialFile Claim(string path) => Claim(path, PartialFile.For(path), MayMeanFolder(path));

    /// <inheritdoc cref="Claim(string)"/>
    /// <param name="path">The absolute path of a file that does not exist.</param>
    public PartialFile ClaimNew(string path) => Claim(path, PartialFile.New(path), MayMeanFolder(path));

    /// <inheritdoc cref="Claim(string)"/>
    /// <param name="path">The absolute path of a file whose name the server provides.</param>
    /// <param name="overwrites">True if an existing file may be replaced.</param>
    public PartialFile ClaimInFolder(string path, bool overwrites) => Claim(path, PartialFile.For(path, overwrites), mayMeanFolder: false);

    /// <summary>Only the name can say: another input may have created the file already.</summary>
    private static bool MayMeanFolder(string path) => !Path.HasExtension(path);

    private PartialFile Claim(string path, PartialFile file, bool mayMeanFolder)
    {
        if (file.IsDirect || (_taken.TryAdd(file.Place, true) && _taken.TryAdd(file.WrittenTo, true))) return file;
        throw new BearerRequestException(
            $"Another input of this command already writes to '{path}'{(mayMeanFolder ? ", which is a file, not a folder" : null)}.")
        {
            ErrorId = "OutFileTaken",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = (mayMeanFolder ? "If a folder is meant, remove the file and create the folder first. Otherwise, give" : "Give")
                + " each input its own file, such as -OutFile { \"$($_.id).json\" }. In a folder, a file has the name that the "
                + "server gives it, or else that of its address.",
        };
    }
}
