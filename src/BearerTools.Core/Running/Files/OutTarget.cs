using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>
/// Where the response to one input is saved: in a file, or in a folder under a name that the server or the URL provides. Only a path
/// given in full replaces an existing file.
/// </summary>
internal sealed class OutTarget
{
    private readonly string _path;
    private readonly OutFiles _files;
    private readonly PartialFile? _file;
    private readonly bool _force;
    private PartialFile? _named;

    /// <param name="path">An absolute path.</param>
    /// <param name="files">The files that the command writes.</param>
    /// <param name="force">True if existing files in a folder may be replaced too.</param>
    /// <exception cref="BearerRequestException">The folder does not exist, or another input writes to the file.</exception>
    public OutTarget(string path, OutFiles files, bool force = false)
    {
        _path = path;
        _files = files;
        _force = force;
        var isUnused = PartialFile.IsUnused(path);
        if (!isUnused && Directory.Exists(path)) return;
        var folder = Path.GetDirectoryName(path);
        // Checked before anything is sent: a POST cannot be undone because a folder is missing.
        if (Path.EndsInDirectorySeparator(path) || (folder is not null && !files.HasFolder(folder)))
            throw FolderMissing(Path.EndsInDirectorySeparator(path) ? path : folder!);
        _file = isUnused ? files.ClaimNew(path) : files.Claim(path);
    }

    /// <summary>The file; <see langword="null"/> if its name depends on the response.</summary>
    public PartialFile? Known => _file ?? _named;

    /// <summary>True if the caller names an HTML file, so that a page is what is wanted.</summary>
    public bool IsHtml => Path.GetExtension(_path).ToLowerInvariant() is ".html" or ".htm" or ".xhtml";

    /// <summary>True if there is a part whose version is known, so that the server notices if it has another one.</summary>
    public bool HasVersionedPart => Known?.Found() is { Length: > 0, Notes.Validator: not null };

    /// <param name="response">The response.</param>
    /// <param name="request">The user's request; the response may be to a redirect of it.</param>
    /// <exception cref="BearerRequestException">There is no usable name, or a file of that name exists.</exception>
    public PartialFile For(ApiResponse response, RequestTemplate request)
    {
        if (Known is { } known) return known;
        var path = Path.Join(_path, NameOf(response, request));
        var named = _files.ClaimInFolder(path, _force);
        return _named = _force || !PartialFile.Exists(path) ? named : throw NameTaken(path, response);
    }

    /// <summary>
    /// The name that the requested server gives (RFC 6266), or the last segment of the requested URL. The target of a redirect may be any
    /// server, so its name is not used.
    /// </summary>
    private static string NameOf(ApiResponse response, RequestTemplate request) =>
        HeaderName(response, request) ?? SafeFileName.From(Uri.UnescapeDataString(request.Address.Segments[^1]))
            ?? throw new BearerRequestException($"{RequestAddress.Printable(request.Address)} does not provide a file name.")
            {
                ErrorId = "OutFileNameless",
                Kind = BearerErrorKind.InvalidArgument,
                Address = RequestAddress.Printable(request.Address),
                NextStep = "Pass the path of a file with -OutFile, not a folder.",
            };

    private static string? HeaderName(ApiResponse response, RequestTemplate request) =>
        response.Template.IsCrossOrigin || response.Template.Origin != request.Origin ? null : DispositionName.Of(response.Message.Content);

    private static BearerRequestException NameTaken(string path, ApiResponse response) => new(
        $"'{path}' already exists. Only a file path given in full replaces a file.")
    {
        ErrorId = "OutFileExists",
        Kind = BearerErrorKind.File,
        Address = RequestAddress.Printable(response.Template.Address),
        NextStep = "Remove or rename the file, or pass its full path with -OutFile.",
    };

    private static BearerRequestException FolderMissing(string folder) => new($"The folder '{folder}' does not exist.")
    {
        ErrorId = "OutFolderMissing",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Create it first: New-Item -ItemType Directory '{folder.Replace("'", "''", StringComparison.Ordinal)}'.",
    };
}
