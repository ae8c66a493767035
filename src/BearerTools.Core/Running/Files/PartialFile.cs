using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Running.Files;

/// <summary>
/// A file being written. It is written beside its final path under a name of this module's own and moved there when it is complete,
/// so that a part is never mistaken for the complete file. It is always created new, never through a link; only parts with this
/// module's note are continued or removed. If another program uses the name, the next one is tried.
/// </summary>
internal sealed class PartialFile
{
    /// <summary>The suffix of partial files, appended to the final name.</summary>
    public const string Suffix = ".bearertools-part";

    private const string NotesSuffix = ".json";

    private const int MaxNames = 10;

    /// <summary>With the suffixes, names must not exceed the 255 bytes that most file systems allow.</summary>
    private const int LongestName = 220;

    private readonly bool _overwrites;
    private readonly bool _isNew;
    private bool _hasPart;
    private bool _hasNotes;

    private PartialFile(string place, bool isDirect, bool overwrites, bool isNew = false)
    {
        Place = place;
        IsDirect = isDirect;
        _overwrites = overwrites;
        _isNew = isNew;
        WrittenTo = isDirect ? place : Name(0);
    }

    /// <summary>The final path.</summary>
    public string Place { get; }

    /// <summary>The path that is written to.</summary>
    public string WrittenTo { get; private set; }

    /// <summary>True for devices, FIFOs and sockets, which are written to directly.</summary>
    public bool IsDirect { get; }

    private string NotesPath => WrittenTo + NotesSuffix;

    /// <param name="path">An absolute path.</param>
    /// <param name="overwrites">True if an existing file may be replaced.</param>
    public static PartialFile For(string path, bool overwrites = true)
    {
        if (IsUnused(path)) return New(path, overwrites);
        // A link's target is written, not the link itself; but only if the user gave the path.
        var place = overwrites ? SpecialFile.TargetOf(path) : path;
        return SpecialFile.Is(path)
            ? new PartialFile(path, isDirect: true, overwrites)
            : new PartialFile(place, isDirect: false, overwrites);
    }

    /// <param name="path">An absolute path that <see cref="IsUnused"/> has just found to be unused.</param>
    /// <param name="overwrites">True if a file that appears there in the meantime may be replaced.</param>
    public static PartialFile New(string path, bool overwrites = true) => new(path, isDirect: false, overwrites, isNew: true);

    /// <summary>
    /// True if the path leads to nothing. Usually there is no such file yet, and thousands of small files may be saved: one look at the
    /// file system is then enough.
    /// </summary>
    public static bool IsUnused(string path)
    {
        try
        {
            return !SpecialFile.IsAmongDevices(path) && !Exists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>True if the name is in use, even by a broken link.</summary>
    public static bool Exists(string path) => (int)new FileInfo(path).Attributes != -1;

    /// <summary>Returns what can be continued: a part with this module's note, or else the file at the final path.</summary>
    public (long Length, DownloadNotes? Notes) Found()
    {
        if (IsDirect) return default;
        for (var n = 0; n < MaxNames; n++)
        {
            WrittenTo = Name(n);
            if (IsRegular(WrittenTo) && DownloadNotes.Read(NotesPath) is { } notes)
            {
                _hasPart = _hasNotes = true;
                return (new FileInfo(WrittenTo).Length, notes);
            }

            if (!Exists(WrittenTo) && !Exists(NotesPath)) break;
        }

        return new FileInfo(Place) is { Exists: true } whole ? (whole.Length, null) : default;
    }

    /// <summary>Opens the file exclusively.</summary>
    /// <param name="length">The number of bytes to keep.</param>
    /// <param name="cancel">Cancels the wait for the other end of a FIFO.</param>
    public async ValueTask<FileStream> OpenAsync(long length, CancellationToken cancel)
    {
        if (IsDirect) return await SpecialFile.OpenAsync(Place, FileAccess.Write, cancel).ConfigureAwait(false);
        var replaced = _isNew ? null : new FileInfo(Place) is { Exists: true } file ? file : null;
        // Moving the part there would replace it without an error.
        if (replaced is { IsReadOnly: true }) throw new UnauthorizedAccessException($"'{Place}' is read-only.");
        return length == 0 ? CreateNew(replaced) : Continue(length);
    }

    /// <summary>Says where the part is.</summary>
    public string PartAdvice(long length) => $"{length} bytes are saved in '{WrittenTo}'.";

    /// <summary>Advice on how to continue with the part.</summary>
    public string ResumeAdvice(long length) => $"{length} bytes are saved in '{WrittenTo}'; run the same command with -Resume to continue.";

    /// <summary>Writes the note.</summary>
    public void Keep(DownloadNotes notes)
    {
        if (_hasNotes) File.Delete(NotesPath);
        notes.Write(NotesPath);
        _hasNotes = true;
    }

    /// <summary>Moves the complete file to its final path.</summary>
    public void Finish()
    {
        if (_hasPart) File.Move(WrittenTo, Place, _overwrites);
        _hasPart = false;
        DeleteNotes();
    }

    /// <summary>Deletes a part that is not worth keeping.</summary>
    public void Discard()
    {
        if (_hasPart) File.Delete(WrittenTo);
        _hasPart = false;
        DeleteNotes();
    }

    private void DeleteNotes()
    {
        if (_hasNotes) File.Delete(NotesPath);
        _hasNotes = false;
    }

    /// <summary>Creates the file under the first name that is free, or that can be freed by deleting a file of this module.</summary>
    private FileStream CreateNew(FileInfo? replaced)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        // The new content gets the restrictive permissions of the file that it replaces.
        if (!OperatingSystem.IsWindows() && replaced is not null) options.UnixCreateMode = replaced.UnixFileMode;
        _hasPart = _hasNotes = false;
        for (var n = 0; n < MaxNames; n++)
        {
            WrittenTo = Name(n);
            try
            {
                if (!TryFree(WrittenTo)) continue;
                var file = new FileStream(WrittenTo, options);
                _hasPart = true;
                return file;
            }
            catch (IOException) when (Exists(WrittenTo))
            {
                // Something else took the name at the same moment.
            }
        }

        throw new IOException($"'{Name(0)}' and its alternatives are in use by files that this module did not create.");
    }

    private FileStream Continue(long length)
    {
        // An incomplete file that another program left at the final path becomes a part again.
        if (!_hasPart) File.Move(Place, WrittenTo, overwrite: false);
        _hasPart = true;
        var file = new FileStream(
            WrittenTo, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 });
        try
        {
            if (!IsRegular(WrittenTo)) throw new IOException($"'{WrittenTo}' is not a regular file.");
            file.Position = length;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes an older part and its note if they are this module's and not in use. A part without a note is found when the new one is
    /// created.
    /// </summary>
    private static bool TryFree(string part)
    {
        var notes = part + NotesSuffix;
        if (!Exists(notes)) return true;
        if (DownloadNotes.Read(notes) is null) return false;
        if (Exists(part))
        {
            if (!IsRegular(part) || IsInUse(part)) return false;
            File.Delete(part);
        }

        File.Delete(notes);
        return true;
    }

    private static bool IsInUse(string part)
    {
        try
        {
            new FileStream(part, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool IsRegular(string path) =>
        new FileInfo(path) is { Exists: true } file
            && (file.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Directory | FileAttributes.Device)) == 0
            && !SpecialFile.Is(path);

    private string Name(int number)
    {
        var name = Path.GetFileName(Place);
        var stem = Encoding.UTF8.GetByteCount(name) <= LongestName
            ? Place
            : Path.Join(Path.GetDirectoryName(Place), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)));
        return number == 0 ? stem + Suffix : $"{stem}{Suffix}.{number}";
    }
}
