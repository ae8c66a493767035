using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Running.Files;

/// <summary>
/// A file in the making. It lies beside its place under a name of this module's own and takes its place when it is whole, so that
/// a part is never taken for all of it, whatever ends the download. It is created new, never through a link; only parts with
/// this module's note beside them are continued or removed. Where such a name is taken by something else, the next one is used.
/// </summary>
internal sealed class PartialFile
{
    /// <summary>Follows the name of the whole file.</summary>
    public const string Suffix = ".bearertools-part";

    private const string NotesSuffix = ".json";

    private const int MaxNames = 10;

    /// <summary>With the suffixes it must stay below the 255 bytes of most file systems.</summary>
    private const int LongestName = 220;

    private readonly bool _overwrites;
    private bool _hasPart;
    private bool _hasNotes;

    private PartialFile(string place, bool isDirect, bool overwrites)
    {
        Place = place;
        IsDirect = isDirect;
        _overwrites = overwrites;
        WrittenTo = isDirect ? place : Name(0);
    }

    /// <summary>Where the whole file will be.</summary>
    public string Place { get; }

    /// <summary>Where it is until then.</summary>
    public string WrittenTo { get; private set; }

    /// <summary>A device, a FIFO or a socket is written to as it is, and has nothing beside it.</summary>
    public bool IsDirect { get; }

    private string NotesPath => WrittenTo + NotesSuffix;

    /// <param name="path">An absolute path.</param>
    /// <param name="overwrites">Whether it may replace a file that is there.</param>
    public static PartialFile For(string path, bool overwrites = true)
    {
        // The target of a link is written, not the link; but only where the path was typed.
        var place = overwrites && new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;
        return SpecialFile.Is(path) ? new PartialFile(path, isDirect: true, overwrites) : new PartialFile(place, isDirect: false, overwrites);
    }

    /// <summary>Whether there is anything of that name, such as a link that leads nowhere.</summary>
    public static bool Exists(string path) => (int)new FileInfo(path).Attributes != -1;

    /// <summary>What there is to continue: a part with this module's note, or else whatever lies in its place.</summary>
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

    /// <summary>Opens it, for nobody else meanwhile.</summary>
    /// <param name="length">How much of it is kept.</param>
    /// <param name="cancel">Ends the wait for the other end of a FIFO.</param>
    public async ValueTask<FileStream> OpenAsync(long length, CancellationToken cancel)
    {
        if (IsDirect) return await SpecialFile.OpenAsync(Place, FileAccess.Write, cancel).ConfigureAwait(false);
        // Taking its place would not ask.
        if (new FileInfo(Place) is { Exists: true, IsReadOnly: true }) throw new UnauthorizedAccessException($"'{Place}' is read-only.");
        return length == 0 ? CreateNew() : Continue(length);
    }

    /// <summary>What to do with the part that is there.</summary>
    public string HowToGoOn(long length) => $"{length} bytes of it are in '{WrittenTo}'; the same command with -Resume goes on there.";

    /// <summary>Writes the note.</summary>
    public void Keep(DownloadNotes notes)
    {
        if (_hasNotes) File.Delete(NotesPath);
        notes.Write(NotesPath);
        _hasNotes = true;
    }

    /// <summary>It is whole.</summary>
    public void Finish()
    {
        if (_hasPart) File.Move(WrittenTo, Place, _overwrites);
        _hasPart = false;
        DeleteNotes();
    }

    /// <summary>There is nothing in it that is worth keeping.</summary>
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

    /// <summary>Under the first name that is free, or becomes free without touching what is not this module's.</summary>
    private FileStream CreateNew()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        // What few might read, few shall read when it is another.
        if (!OperatingSystem.IsWindows() && File.Exists(Place)) options.UnixCreateMode = File.GetUnixFileMode(Place);
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

        throw new IOException($"'{Name(0)}' and the names after it are taken by files that are not this module's.");
    }

    private FileStream Continue(long length)
    {
        // A part that something else left in its place is a part again.
        if (!_hasPart) File.Move(Place, WrittenTo, overwrite: false);
        _hasPart = true;
        var file = new FileStream(WrittenTo, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 });
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

    /// <summary>Removes an older part and its note if they are this module's and not in use.</summary>
    private static bool TryFree(string part)
    {
        var notes = part + NotesSuffix;
        if (!Exists(notes)) return !Exists(part);
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
        new FileInfo(path) is { Exists: true } file && (file.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Directory | FileAttributes.Device)) == 0 && !SpecialFile.Is(path);

    private string Name(int number)
    {
        var name = Path.GetFileName(Place);
        var stem = Encoding.UTF8.GetByteCount(name) <= LongestName
            ? Place
            : Path.Join(Path.GetDirectoryName(Place), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)));
        return number == 0 ? stem + Suffix : $"{stem}{Suffix}.{number}";
    }
}
