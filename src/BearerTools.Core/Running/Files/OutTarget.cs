using System.Net;
using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>Where the answer to one input is saved: in a file, or in a folder under the name that the address gives it.</summary>
internal sealed class OutTarget
{
    private readonly string _path;
    private readonly OutFiles _files;
    private readonly PartialFile? _file;
    private PartialFile? _named;

    /// <param name="path">An absolute path.</param>
    /// <param name="files">What the command writes besides.</param>
    /// <exception cref="BearerRequestException">There is no such folder, or the file is another input's.</exception>
    public OutTarget(string path, OutFiles files)
    {
        _path = path;
        _files = files;
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

    /// <exception cref="BearerRequestException">The address gives no name.</exception>
    public PartialFile For(ApiResponse response) => Known ?? (_named = _files.Claim(Path.Join(_path, NameOf(response))));

    /// <summary>As Invoke-RestMethod: the last part of the address that answered. Where it has none, what the answer says.</summary>
    private static string NameOf(ApiResponse response)
    {
        var segment = FileName(WebUtility.UrlDecode(response.Template.Address.Segments[^1]));
        if (segment.Length > 0) return segment;
        var said = response.Message.Content.Headers.ContentDisposition;
        var name = FileName((said?.FileNameStar ?? said?.FileName)?.Trim('"') ?? string.Empty);
        return name.Length > 0 ? name : throw new BearerRequestException($"{RequestAddress.Printable(response.Template.Address)} gives no name for a file.")
        {
            ErrorId = "OutFileNameless",
            Kind = BearerErrorKind.InvalidArgument,
            Address = RequestAddress.Printable(response.Template.Address),
            NextStep = "Give the path of a file with -OutFile, not of a folder.",
        };
    }

    /// <summary>Nothing that leads out of the folder, whoever runs on whatever system chose it.</summary>
    private static string FileName(string text)
    {
        var name = text[(text.LastIndexOfAny(['/', '\\']) + 1)..];
        return name is "." or ".." || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 ? string.Empty : name;
    }

    private static BearerRequestException FolderMissing(string folder) => new($"There is no folder '{folder}' to write to.")
    {
        ErrorId = "OutFolderMissing",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Make it first: New-Item -ItemType Directory '{folder.Replace("'", "''", StringComparison.Ordinal)}'.",
    };
}
