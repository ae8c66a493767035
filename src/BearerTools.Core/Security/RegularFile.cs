namespace BearerTools.Security;

/// <summary>
/// Opens files for reading that must be regular ones. Opening a FIFO may never return, and reading a device may never end, so anything
/// else is refused before it is opened.
/// </summary>
internal static class RegularFile
{
    /// <param name="path">Full path. Links are followed.</param>
    /// <exception cref="NotRegularFileException">There is something else than a file.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path)) throw new NotRegularFileException(path, "a folder");
        if (SpecialFile.KindOf(path) is { } kind) throw new NotRegularFileException(path, kind);
    }

    /// <summary>Opens a file that other processes may replace or delete meanwhile.</summary>
    /// <param name="path">Full path. Links are followed.</param>
    /// <exception cref="IOException">It is not a regular file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    /// <inheritdoc cref="ReadAllBytes(string, int)"/>
    public static byte[] ReadAllBytes(string path) => ReadAllBytes(path, Array.MaxLength - 1);

    /// <summary>Reads a file that other processes may replace or delete meanwhile.</summary>
    /// <param name="path">Full path. Links are followed.</param>
    /// <param name="longest">Maximum number of bytes.</param>
    /// <exception cref="IOException">It is not a regular file, cannot be read, or is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadAllBytes(string path, int longest)
    {
        using var file = Open(path);
        if (file.Length > longest) throw TooLong(path, longest);
        if (file.Length > 0)
        {
            var content = new byte[file.Length];
            return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }

        // Files of the kernel have content although their length is 0.
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        while (file.Read(buffer) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
            if (all.Length > longest) throw TooLong(path, longest);
        }

        return all.ToArray();
    }

    private static IOException TooLong(string path, int longest) => new($"'{path}' is longer than {longest} bytes.");
}

/// <summary>A path leads to a folder, a FIFO, a device or a socket where a file is needed.</summary>
/// <param name="path">The path.</param>
/// <param name="kind">What is there, with its article.</param>
internal sealed class NotRegularFileException(string path, string kind)
    : IOException($"'{ServerText.Clean(path, MaxPath)}' is {kind}, not a regular file.")
{
    private const int MaxPath = 1000;
}
