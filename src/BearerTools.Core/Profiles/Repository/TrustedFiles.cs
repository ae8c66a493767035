using System.Text.Json;
using BearerTools.Json;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Repository;

/// <summary>Whether the user has approved a file.</summary>
internal enum TrustState
{
    /// <summary>The user has not approved the file.</summary>
    Unknown,

    /// <summary>The user has approved another content.</summary>
    Changed,

    /// <summary>The user has approved this content.</summary>
    Trusted,
}

/// <summary>The files that the user has approved, by full path and SHA-256, in a file that only the user can read and change.</summary>
/// <param name="path">Full path of the list. It may not exist.</param>
internal sealed class TrustedFiles(string path)
{
    public const string FileName = "trusted.json";
    private const string MemberName = "trusted";
    private static readonly JsonWriterOptions s_options = new() { Indented = true };

    /// <summary>Another spelling of a path is another file, where the file system distinguishes them.</summary>
    private static readonly StringComparison s_paths = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? StringComparison.OrdinalIgnoreCase
        : StringComparison.Ordinal;

    /// <exception cref="BearerTokenException">The list cannot be read, is not safe or not valid.</exception>
    public TrustState StateOf(RepositoryFile file) =>
        Parse(ProfileFiles.Content(path)).Find(entry => entry.Path.Equals(file.Path, s_paths)).Hash switch
        {
            null => TrustState.Unknown,
            var hash => hash == file.Hash ? TrustState.Trusted : TrustState.Changed,
        };

    /// <summary>Approves the content of a file, instead of an earlier one.</summary>
    /// <exception cref="BearerTokenException">The list is not safe or not valid, or cannot be written; it is unchanged.</exception>
    public void Add(RepositoryFile file) => ProfileFiles.Replace(
        path, content => Write([.. Without(content, file.Path), (file.Path, file.Hash)]));

    /// <summary>Withdraws the approval of a file, which may no longer exist.</summary>
    /// <returns>False if the file was not approved.</returns>
    /// <exception cref="BearerTokenException">The list is not safe or not valid, or cannot be written; it is unchanged.</exception>
    public bool Remove(string file)
    {
        if (!Parse(ProfileFiles.Content(path)).Exists(entry => entry.Path.Equals(file, s_paths))) return false;
        ProfileFiles.Replace(path, content => Write(Without(content, file)));
        return true;
    }

    private IEnumerable<(string Path, string Hash)> Without(byte[]? content, string file) =>
        Parse(content).Where(entry => !entry.Path.Equals(file, s_paths));

    private List<(string Path, string Hash)> Parse(byte[]? content)
    {
        if (content is null) return [];
        try
        {
            var entries = JsonFileParser.Parse(content).Member(MemberName)?.Value;
            if (entries?.Kind != JsonValueKind.Object) throw new JsonFileException(0, $"It has no object \"{MemberName}\".");
            return [.. entries.Members.Select(entry => entry.Value.Kind == JsonValueKind.String
                ? (entry.Name, entry.Value.Text)
                : throw new JsonFileException(entry.Start, "A hash is not a text."))];
        }
        catch (JsonFileException e)
        {
            var (line, column) = JsonFileParser.Position(content, e.Offset);
            throw new BearerTokenException($"{path}, line {line}, column {column}: {e.Message}")
            {
                ErrorId = "ProfileFileInvalid",
                Kind = BearerErrorKind.InvalidData,
                NextStep = "Remove the file, and approve the files of your repositories again with Approve-BearerProfile.",
            };
        }
    }

    private static byte[] Write(IEnumerable<(string Path, string Hash)> entries)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, s_options))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MemberName);
            foreach (var (file, hash) in entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)) writer.WriteString(file, hash);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
