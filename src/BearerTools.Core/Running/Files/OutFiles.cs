using System.Collections.Concurrent;

namespace BearerTools.Running.Files;

/// <summary>The files that one command writes. What two inputs would write to the same would be neither's.</summary>
internal sealed class OutFiles
{
    private readonly ConcurrentDictionary<string, bool> _taken = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <param name="path">The absolute path of a file.</param>
    /// <param name="overwrites">Whether it may replace a file that is there.</param>
    /// <exception cref="BearerRequestException">Another input of this command has the file.</exception>
    public PartialFile Claim(string path, bool overwrites = true)
    {
        var file = PartialFile.For(path, overwrites);
        if (file.IsDirect || (_taken.TryAdd(file.Place, true) && _taken.TryAdd(file.WrittenTo, true))) return file;
        throw new BearerRequestException($"Another input of this command writes the file '{path}' already.")
        {
            ErrorId = "OutFileTaken",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give each input a file of its own, such as -OutFile { \"$($_.id).json\" }, or the path of a folder.",
        };
    }
}
