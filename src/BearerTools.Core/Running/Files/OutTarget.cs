using System.Text;
using System.Text.Unicode;
using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>
/// Where the response to one input is saved: in a file, or in a folder under a name that the server or the address gives it. Only
/// a path that was typed in full replaces a file.
/// </summary>
internal sealed class OutTarget
{
    private readonly string _path;
    private readonly OutFiles _files;
    private readonly PartialFile? _file;
    private readonly bool _force;
    private PartialFile? _named;

    /// <param name="path">An absolute path.</param>
    /// <param name="files">What the command writes besides.</param>
    /// <param name="force">Whether files in a folder may be replaced too.</param>
    /// <exception cref="BearerRequestException">There is no such folder, or the file is another input's.</exception>
    public OutTarget(string path, OutFiles files, bool force = false)
    {
        _path = path;
        _files = files;
        _force = force;
        if (Directory.Exists(path)) return;
        var folder = Path.GetDirectoryName(path);
        // Looked at before anything is sent: what a POST has done cannot be taken back for want of a folder.
        if (Path.EndsInDirectorySeparator(path) || (folder is not null && !Directory.Exists(folder))) throw FolderMissing(Path.EndsInDirectorySeparator(path) ? path : folder!);
        _file = files.Claim(path);
    }

    /// <summary>The file, if it is known: it need not be before there is an answer.</summary>
    public PartialFile? Known => _file ?? _named;

    /// <summary>Whether there is a part of it that the server can be asked to go on with, and will know if it has another version.</summary>
    public bool HasVersionedPart => Known?.Found() is { Length: > 0, Notes.Validator: not null };

    /// <param name="response">The response.</param>
    /// <param name="asked">The request that the user made; the response may be to a redirect of it.</param>
    /// <exception cref="BearerRequestException">Nothing gives a name, or a file of that name is there.</exception>
    public PartialFile For(ApiResponse response, RequestTemplate asked)
    {
        if (Known is { } known) return known;
        var path = Path.Join(_path, NameOf(response, asked));
        var named = _files.Claim(path, _force);
        return _named = _force || !PartialFile.Exists(path) ? named : throw NameTaken(path, response);
    }

    /// <summary>
    /// What the asked server says (RFC 6266), or else the last part of the address that was asked. The target of a redirect has no
    /// say: it may be anybody's.
    /// </summary>
    private static string NameOf(ApiResponse response, RequestTemplate asked) =>
        SaidName(response, asked) ?? SafeFileName.From(Uri.UnescapeDataString(asked.Address.Segments[^1]))
            ?? throw new BearerRequestException($"{RequestAddress.Printable(asked.Address)} gives no name for a file.")
            {
                ErrorId = "OutFileNameless",
                Kind = BearerErrorKind.InvalidArgument,
                Address = RequestAddress.Printable(asked.Address),
                NextStep = "Give the path of a file with -OutFile, not of a folder.",
            };

    /// <summary>filename* before filename (RFC 6266 section 4.3).</summary>
    private static string? SaidName(ApiResponse response, RequestTemplate asked)
    {
        if (response.Template.IsCrossOrigin || response.Template.Origin != asked.Origin) return null;
        var said = response.Message.Content.Headers.ContentDisposition;
        return (said?.FileNameStar is { Length: > 0 } extended ? SafeFileName.From(extended) : null)
            ?? (said?.FileName?.Trim('"') is { Length: > 0 } plain ? SafeFileName.From(Decoded(plain)) : null);
    }

    /// <summary>Many servers write UTF-8 into it, which the runtime reads as ISO 8859-1.</summary>
    private static string Decoded(string text)
    {
        if (Ascii.IsValid(text) || text.AsSpan().ContainsAnyExceptInRange('\0', '\xff')) return text;
        var bytes = Encoding.Latin1.GetBytes(text);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : text;
    }

    private static BearerRequestException NameTaken(string path, ApiResponse response) => new($"'{path}' exists, and only a path that is given in full replaces a file.")
    {
        ErrorId = "OutFileExists",
        Kind = BearerErrorKind.File,
        Address = RequestAddress.Printable(response.Template.Address),
        NextStep = "Remove or rename that file, or give the whole path with -OutFile.",
    };

    private static BearerRequestException FolderMissing(string folder) => new($"There is no folder '{folder}' to write to.")
    {
        ErrorId = "OutFolderMissing",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Make it first: New-Item -ItemType Directory '{folder.Replace("'", "''", StringComparison.Ordinal)}'.",
    };
}
