using BearerTools.Profiles.Import;
using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>Finds and reads the environments of other tools at a path.</summary>
internal static class ForeignFiles
{
    /// <param name="path">Full path of a file or of a folder.</param>
    /// <exception cref="BearerTokenException">There are no environments, or a file is not valid.</exception>
    public static IReadOnlyList<ForeignEnvironment> Read(string path)
    {
        if (!Path.Exists(path)) throw NotFound(path, "does not exist");
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        if (path.EndsWith(BrunoEnvironments.Extension, StringComparison.OrdinalIgnoreCase))
            return [BrunoEnvironments.Read(path, Content(path))];
        var isFolder = folder == path;
        var collection = Path.Join(folder, BrunoEnvironments.CollectionName);
        if (path == collection || (isFolder && File.Exists(collection))) return Collection(folder, collection);
        string[] files = [.. HttpClientEnvironments.FilesIn(folder)];
        if (isFolder && files.Length == 0)
            throw NotFound(path, $"contains neither {HttpClientEnvironments.FileName} nor {BrunoEnvironments.CollectionName}");
        return HttpClientEnvironments.Read((isFolder || files.Contains(path) ? files : [path]).Select(file => (file, Content(file))));
    }

    private static IReadOnlyList<ForeignEnvironment> Collection(string folder, string collection)
    {
        // Only a file of this name that is JSON marks a collection.
        _ = ForeignJson.Parse(collection, Content(collection));
        var environments = Path.Join(folder, BrunoEnvironments.Folder);
        string[] files = Directory.Exists(environments)
            ? [.. Directory.EnumerateFiles(environments, "*" + BrunoEnvironments.Extension).Order(StringComparer.Ordinal)]
            : [];
        return files.Length > 0
            ? [.. files.Select(file => BrunoEnvironments.Read(file, Content(file)))]
            : throw NotFound(environments, $"contains no {BrunoEnvironments.Extension} file");
    }

    private static byte[] Content(string path)
    {
        try
        {
            return RegularFile.ReadAllBytes(path, ProfileFiles.MaxLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BearerTokenException($"{path} cannot be read: {e.Message}", e)
            {
                ErrorId = "ImportFileUnreadable",
                Kind = BearerErrorKind.File,
                NextStep = "Check the path and its permissions.",
            };
        }
    }

    private static BearerTokenException NotFound(string path, string why) => new($"{path} {why}.")
    {
        ErrorId = "ImportFileNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Pass the path of {HttpClientEnvironments.FileName}, or of the folder of a Bruno collection.",
    };
}
