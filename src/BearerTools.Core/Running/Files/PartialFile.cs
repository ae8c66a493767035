namespace BearerTools.Running.Files;

/// <summary>
/// A file in the making. It lies beside its place under another name and takes its place when it is whole, so that a part
/// is never taken for all of it, whatever ends the download.
/// </summary>
internal sealed class PartialFile
{
    private const string Suffix = ".part";

    private PartialFile(string place, bool isDirect)
    {
        Place = place;
        IsDirect = isDirect;
        WrittenTo = isDirect ? place : place + Suffix;
    }

    /// <summary>Where the whole file will be.</summary>
    public string Place { get; }

    /// <summary>Where it is until then.</summary>
    public string WrittenTo { get; }

    /// <summary>A device is what it is, and has nothing beside it.</summary>
    public bool IsDirect { get; }

    private string NotesPath => WrittenTo + ".json";

    public static PartialFile For(string path)
    {
        if (IsDevice(path)) return new PartialFile(path, isDirect: true);
        // What a link leads to is written, not the link.
        return new PartialFile(new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path, isDirect: false);
    }

    /// <summary>What there is to go on from: a part of ours that knows of what it is one, or whatever lies in its place.</summary>
    public (long Length, DownloadNotes? Notes) Found()
    {
        if (IsDirect) return default;
        if (new FileInfo(WrittenTo) is { Exists: true } part) return DownloadNotes.Read(NotesPath) is { } notes ? (part.Length, notes) : default;
        return new FileInfo(Place) is { Exists: true } whole ? (whole.Length, null) : default;
    }

    /// <summary>Opens it, for nobody else meanwhile.</summary>
    /// <param name="length">How much of it is kept.</param>
    public FileStream Open(long length)
    {
        if (IsDirect) return new FileStream(Place, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        // Taking its place would not ask.
        if (new FileInfo(Place) is { Exists: true, IsReadOnly: true }) throw new UnauthorizedAccessException($"'{Place}' is read-only.");
        // A part that something else left in its place is a part again.
        if (length > 0 && !File.Exists(WrittenTo)) File.Move(Place, WrittenTo);
        // Not FileMode.Create: that cuts even a new file to nothing, and then some file systems (ext4) write all of it to the
        // disk when it is closed, which takes as long as fetching it.
        var options = new FileStreamOptions { Mode = length > 0 ? FileMode.Open : FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        // What few might read, few shall read when it is another.
        if (length == 0 && !OperatingSystem.IsWindows() && File.Exists(Place)) options.UnixCreateMode = File.GetUnixFileMode(Place);
        var file = new FileStream(WrittenTo, options);
        try
        {
            if (length == 0 && file.Length > 0) file.SetLength(0);
            file.Position = length;
            if (length == 0) File.Delete(NotesPath);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What to do with the part that is there.</summary>
    public string HowToGoOn(long length) => $"{length} bytes of it are in '{WrittenTo}'; the same command with -Resume goes on there.";

    public void Keep(DownloadNotes notes) => notes.Write(NotesPath);

    /// <summary>It is whole.</summary>
    public void Finish()
    {
        if (IsDirect) return;
        if (File.Exists(WrittenTo)) File.Move(WrittenTo, Place, overwrite: true);
        File.Delete(NotesPath);
    }

    /// <summary>There is nothing in it that is worth keeping.</summary>
    public void Discard()
    {
        if (IsDirect) return;
        File.Delete(WrittenTo);
        File.Delete(NotesPath);
    }

    private static bool IsDevice(string path) =>
        OperatingSystem.IsWindows() ? path.StartsWith(@"\\.\", StringComparison.Ordinal) : path.StartsWith("/dev/", StringComparison.Ordinal) && !Directory.Exists(path);
}
